import { landing, type ObservedRunner, type PlacedPod } from '../cluster/observe';
import { fieldsOf, listOf, textOf } from '../values/record';
import { AUTO_MODE_RULES } from './auto-mode-rules';
import type { FieldOfManifest, Finding } from './finding';

const { finding } = AUTO_MODE_RULES;

const WHY =
  'nodes of EKS Auto Mode allow no user namespace (user.max_user_namespaces is 0, and no setting changes it; aws/containers-roadmap#2797)';

/** Pods that need a user namespace, and land where there is none. */
export function userNamespaceFindings(runner: ObservedRunner): Finding[] {
  const { config, index, manager, managerPlaced, job } = runner;
  const place = (key: string): FieldOfManifest => ({
    manifest: config.manifest,
    path: config.path,
    within: `runners[${index}].${key}`,
  });
  const poolOfJobs = autoPoolOf(job);
  const poolOfManagers = autoPoolOf(managerPlaced);
  return [
    ...(poolOfJobs !== undefined && fieldsOf(job?.spec).hostUsers === false
      ? [ofPods(place('kubernetes.pod_spec'), 'job pods', poolOfJobs)]
      : []),
    ...(manager &&
    index === 0 &&
    poolOfManagers !== undefined &&
    fieldsOf(managerPlaced?.spec).hostUsers === false
      ? [
          ofPods(
            { manifest: manager, path: ['spec', 'template', 'spec', 'hostUsers'] },
            'pods of the manager',
            poolOfManagers,
          ),
        ]
      : []),
    ...(poolOfJobs === undefined ? [] : builderFindings(runner, poolOfJobs, place)),
  ];
}

/** The first pool of EKS Auto Mode that takes a pod. */
function autoPoolOf(placed: PlacedPod | undefined): string | undefined {
  return landing(placed).find(({ pool }) => pool.isAutoMode)?.pool.name;
}

function ofPods(at: FieldOfManifest, who: string, pool: string): Finding {
  return finding('user-namespaces', {
    severity: 'error',
    at,
    found: 'hostUsers: false',
    why: `${WHY}: ${who} that land on ${pool} never start`,
    fix: 'leave hostUsers out',
  });
}

/** Builders that make a user namespace themselves, by what shows them in a config. */
function builderFindings(
  { table, job }: ObservedRunner,
  pool: string,
  place: (key: string) => FieldOfManifest,
): Finding[] {
  const flags = (table.environment ?? []).find((one) => /^BUILDKITD_FLAGS=.*no-process-sandbox/.test(one));
  const images = ['initContainers', 'containers']
    .flatMap((list) => listOf(fieldsOf(job?.spec)[list]))
    .flatMap((container) => textOf(fieldsOf(container).image) ?? []);
  const image = images.find((one) => /rootless/.test(one));
  const found = flags ?? image;
  if (found === undefined) return [];
  return [
    finding('user-namespaces', {
      severity: 'error',
      at: place(flags === undefined ? 'kubernetes' : 'environment'),
      found,
      why: `${WHY}: rootless BuildKit and Buildah fail in jobs that land on ${pool}`,
      fix: 'build with a Docker daemon of the job (privileged, in a pool of its own), or give these jobs nodes of self-managed Karpenter or of a node group',
    }),
  ];
}
