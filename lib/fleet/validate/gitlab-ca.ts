import { type PemFault, readCertificates } from '../../values/pem';
import { at } from '../../values/record';
import type { Faults } from '../fault';
import { GITLAB_CA } from '../names';
import type { NormalFleet } from '../normal-fleet';
import { checkDataKey } from './fields';
import { checkVolumeName } from './job-volumes';

/** Most bytes of certificates: an object of the API server holds 1Mi. */
const MOST_BYTES = 512 * 1024;

/** Reports what is wrong with the certificates of GitLab's own CA. */
export function validateGitlabCa(fleetFaults: Faults, { gitlabCa, said, runners }: NormalFleet): void {
  if (gitlabCa === undefined) return;
  const faults = fleetFaults.at('gitlabCa');
  const { pem, configMap, secret } = said.gitlabCa ?? {};
  const sources = Object.entries({ pem, configMap, secret }).filter(([, value]) => value !== undefined);
  if (sources.length !== 1) {
    const found = sources.length === 0 ? undefined : sources.map(([name]) => name).join(' and ');
    const rule = 'certificates come from exactly one of pem, configMap and secret';
    const fix =
      sources.length === 0 ? "write pem: readFileSync('gitlab-ca.crt', 'utf8')" : 'leave out all but one';
    faults.add('pem', found, rule, fix);
  }
  if (pem !== undefined) checkPem(faults, pem);
  if (configMap !== undefined) checkVolumeName(faults, 'configMap', configMap);
  if (secret !== undefined) checkVolumeName(faults, 'secret', secret);
  checkDataKey(faults, 'key', gitlabCa.key, 'ca.crt');
  for (const runner of runners) {
    if (at(runner.config, ['runner', 'tls-ca-file']) === undefined) continue;
    const rule = `managers have the certificates of gitlabCa as ${GITLAB_CA.folder}/${GITLAB_CA.file}`;
    const fix = 'leave it out, or leave out gitlabCa and mount a file of your own';
    fleetFaults.at(`runner ${runner.name}`).at('config').add('runner.tls-ca-file', 'set', rule, fix);
  }
}

const PEM_RULES: Record<PemFault, readonly [rule: string, fix: string]> = {
  'private-key': [
    'the text holds a private key, and it is rendered into a ConfigMap that everyone can read',
    'give the certificates alone, and replace the key if it was committed',
  ],
  none: [
    'the text holds no certificate in PEM',
    "read the file: readFileSync('gitlab-ca.crt', 'utf8'); openssl x509 -inform der -in ca.der makes PEM of DER",
  ],
  'other-block': ['the text holds blocks that are not certificates', 'leave the blocks CERTIFICATE alone'],
  'not-a-certificate': ['a block of the text can not be read as an X.509 certificate', 'export it again'],
};

/** Reports a text that is not certificates in PEM. */
export function checkPem(faults: Faults, pem: unknown): void {
  const text = typeof pem === 'string' ? pem : '';
  const read = readCertificates(text);
  // The text is long, and must not be printed where it holds a key.
  const found = `a text of ${text.length} characters`;
  if (typeof read !== 'number') faults.add('pem', found, ...PEM_RULES[read]);
  else if (Buffer.byteLength(text) > MOST_BYTES)
    faults.add('pem', found, 'at most 512Ki: a ConfigMap holds 1Mi', 'give the certificates of the CA alone');
}
