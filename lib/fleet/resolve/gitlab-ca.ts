import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import { GITLAB_CA } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { ResolvedCertificates, ResolvedGitlabCa } from '../resolved-fleet';

/** The ConfigMap that is rendered, where the description holds the certificates. */
export function resolveGitlabCa({
  gitlabCa,
  managerNamespace,
  runners,
}: NormalFleet): ResolvedGitlabCa | undefined {
  if (gitlabCa?.pem === undefined) return undefined;
  const { name, key, pem, jobs } = gitlabCa;
  const ofJobs = jobs ? runners.map(({ jobNamespace }) => jobNamespace) : [];
  return { name, key, pem: `${pem.trim()}\n`, namespaces: [...new Set([managerNamespace, ...ofJobs])] };
}

/** What managers mount. */
export function managerCertificates({ gitlabCa }: NormalFleet): ResolvedCertificates | undefined {
  return gitlabCa && { kind: gitlabCa.kind, name: gitlabCa.name, key: gitlabCa.key };
}

/** Where images have the certificates of public CAs, the two places that Go looks at. */
const PUBLIC_CAS = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/**
 * What job pods get of the certificates. Of the variables that programs read, these two add to what an image trusts; others
 * would take the place of it.
 */
export function jobCertificates({ gitlabCa }: NormalFleet): {
  readonly environment: readonly string[];
  readonly volumes: NonNullable<KubernetesTable['volumes']>;
} {
  if (!gitlabCa?.jobs) return { environment: [], volumes: {} };
  const { folder, file } = GITLAB_CA;
  const volume = {
    // The executor takes the name of the volume for that of the object.
    name: gitlabCa.name,
    mount_path: folder,
    read_only: true,
    items: { [gitlabCa.key]: file },
  };
  return {
    environment: [
      `SSL_CERT_DIR=${[...PUBLIC_CAS, folder].join(':')}`,
      `NODE_EXTRA_CA_CERTS=${folder}/${file}`,
    ],
    volumes: gitlabCa.kind === 'Secret' ? { secret: [volume] } : { config_map: [volume] },
  };
}
