import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../cluster/manifest';
import { CERTIFICATE_KIND } from '../cluster/sealing';

/** The certificates of fleets below `sealed/`, by the name of their fleet; none without the folder. */
export function readSealingCertificates(folder = 'sealed'): readonly Manifest[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const file = join(folder, name, 'cert.pem');
      if (!existsSync(file)) return [];
      const body = { pem: readFileSync(file, 'utf8') };
      return [
        { file, apiVersion: '', kind: CERTIFICATE_KIND, name, namespace: undefined, body, lineOf: () => 1 },
      ];
    });
}
