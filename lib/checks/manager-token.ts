import { accountOf } from '../cluster/grants';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import type { FieldPath } from '../values/field-path';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Finding } from './finding';
import { RIGHTS_RULES } from './rights-rules';

const { finding } = RIGHTS_RULES;

/** Where client libraries look for the token of a pod. */
const TOKEN_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const SWITCH = 'automountServiceAccountToken';

/**
 * Managers whose pods get no token of their ServiceAccount and have no other way to the API server.
 * @see gitlab-runner 19.4 executors/kubernetes/util.go, getKubeClientConfig: `host`, else the token, else a kubeconfig
 */
export function tokenFindings({ runners, manifests }: Subject): Finding[] {
  const judged = new Set<Manifest>();
  return runners.flatMap((runner) => {
    const { manager } = runner;
    if (manager === undefined || judged.has(manager) || !needsToken(runner)) return [];
    judged.add(manager);
    const at = turnedOff(runner.managerPod, manager, manifests);
    if (at === undefined) return [];
    return [
      finding('no-token', {
        severity: 'error',
        at,
        found: 'false',
        why: `the pods of ${manager.name} get no token of their ServiceAccount, and nothing here gives them another way to the API server: every job fails`,
        fix: `write ${SWITCH}: true into the pod template of ${manager.name}`,
      }),
    ];
  });
}

function needsToken({ table, managerPod }: ObservedRunner): boolean {
  const isHere = (table.executor ?? 'kubernetes') === 'kubernetes' && !table.kubernetes.host;
  return isHere && !['initContainers', 'containers'].some((list) => listOf(managerPod[list]).some(hasAccess));
}

/** Whether a container has a token by a volume, or a kubeconfig. */
function hasAccess(container: unknown): boolean {
  const { volumeMounts, env } = fieldsOf(container);
  return (
    listOf(volumeMounts).some((mount) => isAccess(textOf(fieldsOf(mount).mountPath) ?? '')) ||
    listOf(env).some((variable) => fieldsOf(variable).name === 'KUBECONFIG')
  );
}

function isAccess(mountPath: string): boolean {
  const path = mountPath.replace(/^\/run\//, '/var/run/').replace(/\/+$/, '');
  return path === TOKEN_FOLDER || path.startsWith(`${TOKEN_FOLDER}/`) || /\.kube(\/|$)|kubeconfig/.test(path);
}

/** What turns the token off: the pod is asked first, then its ServiceAccount. */
function turnedOff(
  pod: Fields,
  manager: Manifest,
  manifests: readonly Manifest[],
): { readonly manifest: Manifest; readonly path: FieldPath } | undefined {
  const own = pod[SWITCH];
  if (typeof own === 'boolean') {
    return own ? undefined : { manifest: manager, path: ['spec', 'template', 'spec', SWITCH] };
  }
  const account = ofKind(manifests, 'ServiceAccount').find(
    ({ name, namespace, body }) =>
      name === accountOf(pod) && namespace === manager.namespace && body[SWITCH] === false,
  );
  return account && { manifest: account, path: [SWITCH] };
}
