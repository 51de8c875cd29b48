import { type Fields, fieldsOf } from '../../values/record';
import type { ConfigProblem } from './problem';

/** Containers of a job pod, by what their tables begin with. */
const CONTAINERS = ['build', 'helper', 'init_permissions', 'service'] as const;
const POD = 'pod_security_context';

/**
 * Containers that must not run as root while nothing says as whom they run: then the image does, and that of the helper
 * and most others run as root. The kubelet does not start such a container.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 */
export function userFaults(runner: Fields, path: string): readonly ConfigProblem[] {
  const kubernetes = fieldsOf(runner.kubernetes);
  // A patch of the pod may say what the tables leave open.
  if (JSON.stringify(kubernetes.pod_spec ?? []).includes('runAsUser')) return [];
  const pod = fieldsOf(kubernetes[POD]);
  const faults = CONTAINERS.flatMap((name): ConfigProblem[] => {
    const table = `${name}_container_security_context`;
    const own = fieldsOf(kubernetes[table]);
    const strict = own.run_as_non_root ?? pod.run_as_non_root;
    const user = own.run_as_user ?? pod.run_as_user;
    if (strict !== true || (user !== undefined && user !== 0)) return [];
    const at = `${path}.${own.run_as_non_root === undefined ? POD : table}.run_as_non_root`;
    return [faultOf(at, user, kubernetes)];
  });
  // One cause: the table of the pod holds for all of them.
  return faults.filter((fault, index) => faults.findIndex(({ at }) => at === fault.at) === index);
}

function faultOf(
  at: string,
  user: unknown,
  { helper_image: helper, helper_image_flavor: flavor }: Fields,
): ConfigProblem {
  if (user === 0) {
    return {
      id: 'root-user',
      severity: 'error',
      at,
      found: 'run_as_non_root with run_as_user 0',
      why: 'user 0 is root: the kubelet does not start the container, and every job fails',
      fix: 'set run_as_user to another user, for example 1000',
    };
  }
  const isCertain = isRootHelper(helper, flavor) && !/\.(build|service)_/.test(at);
  return {
    id: 'root-user',
    severity: isCertain ? 'error' : 'warning',
    at,
    found: 'run_as_non_root without run_as_user',
    why: isCertain
      ? 'the image of the helper runs as root: the kubelet does not start it, and every job fails'
      : 'an image that runs as root, as most do, is not started by the kubelet, and its job fails',
    fix: 'set run_as_user, for example to 1000',
  };
}

/** Whether the helper's image is one of GitLab's that run as root; those for OpenShift do not. */
function isRootHelper(image: unknown, flavor: unknown): boolean {
  if (image !== undefined) return /\/gitlab-runner-helper:(?!ocp)/.test(String(image));
  return flavor === undefined || /^(alpine|ubuntu)/.test(String(flavor));
}
