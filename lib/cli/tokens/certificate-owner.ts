import { readFileSync } from 'node:fs';
import { type Silence, silenceOf } from '../../checks/silence-file';
import type { Manifest } from '../../cluster/manifest';
import type { ResolvedFleet } from '../../fleet/resolved-fleet';
import { readSealingCertificates } from '../../project/sealing-certificates';
import { loadSilences } from '../../project/silence-file';
import { publicKeyOf } from '../../sealed-secrets/encrypt';
import { textOf } from '../../values/record';

/**
 * Why the controller of a fleet's cluster can't open what is sealed with a certificate: it is that of a fleet in another
 * cluster. Undefined where it is not known to be, or where the project says that both controllers have one key on purpose.
 */
export function otherClusterFault(
  file: string,
  fleet: ResolvedFleet,
  fleets: readonly ResolvedFleet[],
): string | undefined {
  const key = publicKeyOf(readFileSync(file, 'utf8'));
  const known = readSealingCertificates();
  const owners = known.flatMap((certificate) => {
    const owner = fleets.find(({ name }) => name === certificate.name);
    const isOther = owner !== undefined && owner.clusterName !== fleet.clusterName;
    return isOther && publicKeyOf(textOf(certificate.body.pem) ?? '') === key ? [{ certificate, owner }] : [];
  });
  if (owners.length === 0) return undefined;
  const [{ certificate, owner }] = owners;
  const own = known.find(({ name }) => name === fleet.name);
  if (isAccepted([certificate, ...(own ? [own] : [])], loadSilences().silences)) return undefined;
  const place = certificate.file === file ? '' : ` has the key of ${certificate.file}, which`;
  return `${file}${place} is the certificate of fleet ${owner.name} in cluster ${owner.clusterName}, and ${fleet.name} is in ${fleet.clusterName}: each controller has a sealing key of its own, and this one could not open the ciphertext.
Fetch the certificate from ${fleet.clusterName}: kubeseal --fetch-cert > sealed/${fleet.name}/cert.pem. If both controllers were given one key on purpose, silence secrets/shared-certificate in .runner-fleet.yaml`;
}

/** Whether the file of silences says of one of the certificates that its key may be shared. */
function isAccepted(certificates: readonly Manifest[], silences: readonly Silence[]): boolean {
  const rule = { id: 'secrets/shared-certificate' };
  return certificates.some((manifest) => silenceOf({ ...rule, at: { manifest, path: [] } }, silences));
}
