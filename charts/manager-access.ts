import * as k8s from '../imports/k8s';
import { RUNNER_KEY } from '../lib/contract';
import type { ResolvedAccount, ResolvedFleet, ResolvedRunner } from '../lib/fleet/resolved-fleet';
import { ARGO_WAVE, KEEP_ON_PRUNE, objectLabels } from './object-metadata';

/**
 * Who a manager is and what it may do. Kept on prune and in an early wave: a manager that drains for hours after its
 * runner was removed needs its rights until the last job is done.
 */
const RIGHTS_OUTLIVE_MANAGERS = { ...KEEP_ON_PRUNE, [ARGO_WAVE]: '-1' };

/** The identity of a runner's managers. */
export function serviceAccountManifest(fleet: ResolvedFleet, runner: ResolvedRunner): unknown {
  return k8s.KubeServiceAccount.manifest({
    metadata: metadata(fleet, runner, runner.managerNamespace, runner.serviceAccountAnnotations),
    // The Deployment asks for the token; nothing else that runs as this account gets one.
    automountServiceAccountToken: false,
  });
}

/** The identity of all managers of a fleet. */
export function sharedServiceAccountManifest(
  fleet: ResolvedFleet,
  { name, annotations }: ResolvedAccount,
): unknown {
  return k8s.KubeServiceAccount.manifest({
    metadata: {
      name,
      namespace: fleet.managerNamespace.name,
      labels: { ...objectLabels(fleet, 'manager-access', name) },
      annotations: { ...RIGHTS_OUTLIVE_MANAGERS, ...annotations },
    },
    automountServiceAccountToken: false,
  });
}

/**
 * What any feature of the executor does in the job namespace: a manager that still drains with the previous config must keep
 * its rights (ADR 17).
 */
export function roleManifest(fleet: ResolvedFleet, runner: ResolvedRunner): unknown {
  return k8s.KubeRole.manifest({
    metadata: metadata(fleet, runner, runner.jobNamespace),
    rules: runner.rules.map(({ apiGroups, resources, verbs }) => ({
      apiGroups: [...apiGroups],
      resources: [...resources],
      verbs: [...verbs],
    })),
  });
}

/** Ties the two. */
export function roleBindingManifest(fleet: ResolvedFleet, runner: ResolvedRunner): unknown {
  return k8s.KubeRoleBinding.manifest({
    metadata: metadata(fleet, runner, runner.jobNamespace),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: runner.objectName },
    subjects: [{ kind: 'ServiceAccount', name: runner.serviceAccount, namespace: runner.managerNamespace }],
  });
}

function metadata(
  fleet: ResolvedFleet,
  runner: ResolvedRunner,
  namespace: string,
  annotations: Readonly<Record<string, string>> = {},
): k8s.ObjectMeta {
  return {
    name: runner.objectName,
    namespace,
    labels: { ...objectLabels(fleet, 'manager-access', runner.objectName), [RUNNER_KEY]: runner.name },
    annotations: { ...RIGHTS_OUTLIVE_MANAGERS, ...annotations },
  };
}
