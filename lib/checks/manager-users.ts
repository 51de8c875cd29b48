import { managerContainer } from '../cluster/manager-image';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { fieldsOf, textOf } from '../values/record';
import { ADMITTED_RULES } from './admitted-rules';
import type { Finding } from './finding';

const { finding } = ADMITTED_RULES;

/** Managers that must not run as root and have no user set, so that their image decides. */
export function managerUserFindings({ runners, manifests }: Subject): Finding[] {
  const seen = new Set<Manifest>();
  return runners.flatMap((runner) => {
    if (runner.manager === undefined || seen.has(runner.manager)) return [];
    seen.add(runner.manager);
    return userFindings(runner, runner.manager, manifests);
  });
}

function userFindings(
  { managerPod }: ObservedRunner,
  manager: Manifest,
  manifests: readonly Manifest[],
): Finding[] {
  const container = managerContainer(manager, manifests);
  if (container === undefined) return [];
  const [own, pod] = [container.fields.securityContext, managerPod.securityContext].map(fieldsOf);
  const strict = own.runAsNonRoot ?? pod.runAsNonRoot;
  const user = own.runAsUser ?? pod.runAsUser;
  if (strict !== true || (user !== undefined && user !== null && user !== 0)) return [];
  const isRoot = user === 0 || isRootImage(textOf(container.fields.image) ?? '');
  return [
    finding('manager-user', {
      severity: isRoot ? 'error' : 'warning',
      at: { manifest: manager, path: ['spec', 'template', 'spec'] },
      found: user === 0 ? 'runAsNonRoot with runAsUser 0' : 'runAsNonRoot without runAsUser',
      why: isRoot
        ? 'the container would run as root: the kubelet does not start it, and the manager takes no job'
        : 'an image that runs as root is not started by the kubelet, and the manager takes no job',
      fix: 'write runAsUser, for example 1000',
    }),
  ];
}

/** Whether an image is one of GitLab's that run as root; the one for OpenShift (gitlab-runner-ocp) does not. */
function isRootImage(image: string): boolean {
  return /(^|\/)gitlab(-org)?\/gitlab-runner(?=[:@])/.test(image);
}
