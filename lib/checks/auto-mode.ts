import { policiesHolding } from '../cluster/allowed-traffic';
import { jobsOf, managersOf, policiesIn } from '../cluster/guarded-places';
import { displayName, type Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { POLICY_SWITCH, POLICY_SWITCH_NAME, policySwitchIn } from '../cluster/policy-switch';
import { isRestrictedTag } from '../karpenter/crd-rules/auto-node-class';
import { OS_LABEL } from '../karpenter/labels';
import { AUTO_MODE_GROUP, nodeLife } from '../karpenter/node-life';
import { at, fieldsOf, textOf, textsOf } from '../values/record';
import { foreignLabelFindings, mixedClassFindings } from './auto-mode-classes';
import { AUTO_MODE_RULES } from './auto-mode-rules';
import type { Check } from './check';
import type { Finding } from './finding';
import { userNamespaceFindings } from './user-namespaces';
import { volumeDriverFindings } from './volume-drivers';

const { finding, ...group } = AUTO_MODE_RULES;

/** What EKS Auto Mode does not have, refuses or ignores. */
export const autoMode: Check = {
  ...group,
  run: (subject) => [
    ...subject.pools.flatMap((pool) => [
      ...mixedClassFindings(pool, subject.manifests),
      ...foreignLabelFindings(pool),
      ...(pool.isAutoMode ? poolFindings(pool) : []),
    ]),
    ...ofKind(subject.manifests, 'NodeClass').filter(isOfAutoMode).flatMap(classFindings),
    ...subject.runners.flatMap(userNamespaceFindings),
    ...subject.runners.flatMap((runner) => volumeDriverFindings(runner, subject)),
    ...overlayFindings(subject),
    ...policyFindings(subject),
  ],
};

function isOfAutoMode({ apiVersion }: Manifest): boolean {
  return apiVersion.startsWith(`${AUTO_MODE_GROUP}/`);
}

const REQUIREMENTS = ['spec', 'template', 'spec', 'requirements'];

function poolFindings(pool: NodePool): Finding[] {
  return [...lifeFindings(pool), ...categoryFindings(pool), ...limitFindings(pool), ...systemFindings(pool)];
}

/** Without `expireAfter`, the age is AWS's default, or that of Karpenter's own definition, which is above what Auto Mode takes. */
function lifeFindings({ manifest, template }: NodePool): Finding[] {
  if (textOf(template.expireAfter) !== undefined) return [];
  const { expireAfter, terminationGracePeriod } = nodeLife(template);
  return [
    finding('default-life', {
      severity: 'warning',
      at: { manifest, path: ['spec', 'template', 'spec', 'expireAfter'] },
      found: 'no expireAfter',
      why: `AWS documents ${expireAfter}; where Karpenter's own definition of NodePools is installed, the API server fills in 720h, and Auto Mode refuses the pool: no more than 504h with terminationGracePeriod`,
      fix: `write expireAfter: ${expireAfter} and terminationGracePeriod: ${terminationGracePeriod}`,
    }),
  ];
}

/** Categories that cost many times what a job without a device needs. */
const ACCELERATED = ['g', 'gr', 'inf', 'p', 'trn'];

function categoryFindings({ manifest, types }: NodePool): Finding[] {
  const categories = new Set(types.map(({ labels }) => labels[`${AUTO_MODE_GROUP}/instance-category`]));
  const accelerated = ACCELERATED.filter((category) => categories.has(category));
  // A pool of nothing else is one for devices.
  if (accelerated.length === 0 || accelerated.length === categories.size) return [];
  return [
    finding('no-category', {
      severity: 'warning',
      at: { manifest, path: REQUIREMENTS },
      found: `categories ${[...categories].sort().join(', ')}`,
      why: 'when the usual types are short, Auto Mode starts accelerated ones for jobs that need no device, at many times the price',
      fix: `require ${AUTO_MODE_GROUP}/instance-category In [c, m, r]`,
    }),
  ];
}

function limitFindings({ manifest, limits }: NodePool): Finding[] {
  const isStatic = at(manifest.body, ['spec', 'replicas']) !== undefined;
  if (isStatic || Object.keys(limits).length > 0) return [];
  return [
    finding('no-limits', {
      severity: 'warning',
      at: { manifest, path: ['spec', 'limits'] },
      found: 'no limits',
      why: 'nothing bounds how many nodes jobs start, and AWS charges a fee for each besides its price',
      fix: 'limit cpu and memory to what the jobs of its runners need at once',
    }),
  ];
}

function systemFindings({ manifest, expressions }: NodePool): Finding[] {
  const index = expressions.findIndex(({ key }) => key === OS_LABEL);
  if (index < 0) return [];
  return [
    finding('os-label', {
      severity: 'note',
      at: { manifest, path: [...REQUIREMENTS, index] },
      found: OS_LABEL,
      why: 'AWS lists this label as not supported in pools of Auto Mode, although its built-in pools have it: every node is Linux without it',
      fix: 'remove it',
    }),
  ];
}

function classFindings(manifest: Manifest): Finding[] {
  const { role, instanceProfile, tags } = fieldsOf(manifest.body.spec);
  // An export of the class that EKS made.
  const isOfEks =
    textsOf(at(manifest.body, ['metadata', 'labels']))['app.kubernetes.io/managed-by'] === 'eks';
  if (isOfEks) return [];
  // Those that no NodeClass may set are refused anyway.
  const keys = Object.keys(fieldsOf(tags)).filter((key) => !isRestrictedTag(key));
  return [
    ...(keys.length > 0
      ? [
          finding('custom-tags', {
            severity: 'note',
            at: { manifest, path: ['spec', 'tags'] },
            found: keys.join(', '),
            why: 'AmazonEKSComputePolicy lets the role of the cluster set no tags but its own: with no more than that, no node of this class starts',
            fix: 'let the role of the cluster tag instances, volumes and launch templates, or remove the tags',
          }),
        ]
      : []),
    ...(manifest.name === 'default'
      ? [
          finding('default-class', {
            severity: 'error',
            at: { manifest, path: ['metadata', 'name'] },
            found: 'default',
            why: 'EKS makes and owns the NodeClass of this name while a built-in pool is on: it overwrites this one, or removes it with the last of them',
            fix: 'give it another name, and name that in the pools',
          }),
        ]
      : []),
    ...((role ?? instanceProfile) === undefined
      ? [
          finding('no-node-role', {
            severity: 'warning',
            at: { manifest, path: ['spec', 'role'] },
            found: 'neither role nor instanceProfile',
            why: 'AWS documents the role as required: without one that has an access entry (type EC2, AmazonEKSAutoNodePolicy), nodes do not join the cluster',
            fix: 'write the name of the role of its nodes',
          }),
        ]
      : []),
  ];
}

/** An overlay does something for pools of Karpenter's own classes. */
function overlayFindings({ manifests, pools }: Subject): Finding[] {
  if (pools.length === 0 || pools.some(({ isAutoMode }) => !isAutoMode)) return [];
  return ofKind(manifests, 'NodeOverlay')
    .filter(({ apiVersion }) => apiVersion.startsWith('karpenter.sh/'))
    .map((manifest) =>
      finding('node-overlay', {
        severity: 'error',
        at: { manifest, path: ['kind'] },
        found: displayName(manifest),
        why: 'EKS Auto Mode has no NodeOverlays: the API server refuses the object, or nothing reads it, and jobs that ask for its devices wait indefinitely',
        fix: 'remove it, and let jobs ask for devices that the instance types have',
      }),
    );
}

/** Policies hold nothing on nodes of Auto Mode before a ConfigMap of the cluster switches them on. */
function policyFindings({ manifests, runners }: Subject): Finding[] {
  const [policy] = runners.flatMap((runner) => policiesOnAutoMode(runner, manifests));
  const { state, manifest, value } = policySwitchIn(manifests);
  if (policy === undefined || state === 'on') return [];
  const { namespace, name, key } = POLICY_SWITCH;
  const fix = `set ${key}: "true" in ConfigMap ${name} of ${namespace}`;
  if (manifest !== undefined) {
    const at = { manifest, path: ['data', key] };
    const why =
      'without it EKS Auto Mode accepts network policies and ignores them: jobs reach whatever they like';
    return [finding('network-policies', { severity: 'error', at, found: value ?? 'nothing', why, fix })];
  }
  return [
    finding('network-policies', {
      severity: 'note',
      notProved: true,
      at: { manifest: policy, path: ['spec'] },
      found: displayName(policy),
      why: `EKS Auto Mode ignores network policies before ConfigMap ${name} of ${namespace} switches them on, and it is not among the manifests: that any policy holds is not proved. Even then AWS supports them for pods with an owner alone, and job pods have none`,
      fix: `${fix}; where it is, say so: existing ["${POLICY_SWITCH_NAME}"]`,
    }),
  ];
}

/** Policies that hold pods of a runner that land on nodes of Auto Mode. */
function policiesOnAutoMode(runner: ObservedRunner, manifests: readonly Manifest[]): readonly Manifest[] {
  const isThere = (placed: PlacedPod | undefined) => landing(placed).some(({ pool }) => pool.isAutoMode);
  const places = [
    ...(isThere(runner.job) ? [jobsOf(runner)] : []),
    ...(isThere(runner.managerPlaced) ? [managersOf(runner)] : []),
  ];
  return places.flatMap((place) =>
    place === undefined ? [] : policiesHolding(policiesIn(manifests, place.namespace), place.labels),
  );
}
