import { GITLAB_CA_DEFAULTS } from '../defaults';
import { GITLAB_CA } from '../names';
import type { NormalGitlabCa } from '../normal-fleet';
import type { GitlabCaProps } from '../props/gitlab-ca';

/** Where the certificates are: in the ConfigMap that is rendered, or in an object of someone else. */
export function normaliseGitlabCa({ pem, configMap, secret, key, jobs }: GitlabCaProps): NormalGitlabCa {
  const isSecret = pem === undefined && configMap === undefined && secret !== undefined;
  return {
    pem,
    kind: isSecret ? 'Secret' : 'ConfigMap',
    name: (pem === undefined ? (configMap ?? secret) : undefined) ?? GITLAB_CA.name,
    key: key ?? GITLAB_CA_DEFAULTS.key,
    jobs: jobs ?? pem !== undefined,
  };
}
