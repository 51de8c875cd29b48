import * as k8s from '../imports/k8s';
import { CLEANUP_VARIABLES, CLEANUP_COMPONENT as COMPONENT } from '../lib/contract';
import { ORPHAN_CLEANUP } from '../lib/fleet/names';
import { ORPHAN_CLEANUP_SCRIPT } from '../lib/fleet/orphan-cleanup-script';
import type { ResolvedFleet, ResolvedOrphanCleanup } from '../lib/fleet/resolved-fleet';
import { tolerationsOf } from './manager-deployment';
import { objectLabels } from './object-metadata';

/** As managers: above the range that images give to users of their own. */
const USER_ID = 10001;
/** Where a pod has the token of its ServiceAccount, and the certificate of the API server. */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Runs whose pods, and so whose logs, are kept: they name the pods that were deleted. */
const KEPT_RUNS = 3;

/** Deletes job pods past their deadline. One run at a time; a run that was missed is made up for by the next. */
export function orphanCleanupManifest(fleet: ResolvedFleet, cleanup: ResolvedOrphanCleanup): unknown {
  const labels = { ...objectLabels(fleet, COMPONENT, ORPHAN_CLEANUP) };
  return k8s.KubeCronJob.manifest({
    metadata: { name: ORPHAN_CLEANUP, namespace: fleet.managerNamespace.name, labels },
    spec: {
      schedule: cleanup.schedule,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 600,
      successfulJobsHistoryLimit: KEPT_RUNS,
      failedJobsHistoryLimit: KEPT_RUNS,
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: 1,
          activeDeadlineSeconds: 600,
          template: {
            metadata: { labels: { ...labels, ...cleanup.place.podLabels } },
            spec: podSpec(cleanup),
          },
        },
      },
    },
  });
}

function podSpec(cleanup: ResolvedOrphanCleanup): k8s.PodSpec {
  const { imagePullSecrets, place } = cleanup;
  return {
    serviceAccountName: ORPHAN_CLEANUP,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    nodeSelector: { ...place.nodeSelector },
    tolerations: tolerationsOf(place),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER_ID,
      runAsGroup: USER_ID,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    imagePullSecrets: imagePullSecrets.length > 0 ? imagePullSecrets.map((name) => ({ name })) : undefined,
    containers: [container(cleanup)],
  };
}

function container(cleanup: ResolvedOrphanCleanup): k8s.Container {
  const quantity = k8s.Quantity.fromString;
  const memory = quantity('128Mi');
  return {
    name: COMPONENT,
    image: cleanup.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '--input-type=module', '--eval'],
    args: [ORPHAN_CLEANUP_SCRIPT],
    env: [
      { name: CLEANUP_VARIABLES.namespaces, value: cleanup.namespaces.join(' ') },
      { name: CLEANUP_VARIABLES.selector, value: cleanup.selector },
      { name: CLEANUP_VARIABLES.longestJob, value: `${cleanup.longestJobSeconds}` },
      { name: CLEANUP_VARIABLES.spare, value: `${cleanup.spareSeconds}` },
      { name: 'TOKEN_FILE', value: `${ACCOUNT_FOLDER}/token` },
      { name: 'NODE_EXTRA_CA_CERTS', value: `${ACCOUNT_FOLDER}/ca.crt` },
    ],
    resources: {
      requests: { cpu: quantity('50m'), memory, 'ephemeral-storage': quantity('16Mi') },
      limits: { memory, 'ephemeral-storage': quantity('64Mi') },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    },
  };
}

/** Who the cleanup is. */
export function cleanupAccountManifest(fleet: ResolvedFleet): unknown {
  return k8s.KubeServiceAccount.manifest({
    metadata: metadata(fleet, fleet.managerNamespace.name),
    // The CronJob asks for the token; nothing else that runs as this account gets one.
    automountServiceAccountToken: false,
  });
}

/** What it may do in a namespace of jobs: list pods, and delete them. */
export function cleanupRoleManifest(fleet: ResolvedFleet, namespace: string): unknown {
  return k8s.KubeRole.manifest({
    metadata: metadata(fleet, namespace),
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] }],
  });
}

/** Ties the two. */
export function cleanupRoleBindingManifest(fleet: ResolvedFleet, namespace: string): unknown {
  return k8s.KubeRoleBinding.manifest({
    metadata: metadata(fleet, namespace),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ORPHAN_CLEANUP },
    subjects: [{ kind: 'ServiceAccount', name: ORPHAN_CLEANUP, namespace: fleet.managerNamespace.name }],
  });
}

function metadata(fleet: ResolvedFleet, namespace: string): k8s.ObjectMeta {
  return { name: ORPHAN_CLEANUP, namespace, labels: { ...objectLabels(fleet, COMPONENT, ORPHAN_CLEANUP) } };
}
