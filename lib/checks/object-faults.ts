import type { Manifest } from '../cluster/manifest';
import { CRD_RULES, FURTHER_RULES } from '../karpenter/crd-rules/all';
import { refusedValues } from '../karpenter/crd-rules/rule';
import type { Problem } from '../problem';
import { impossibleImages } from '../shape/container-values';
import { type FieldRule, REFUSED } from '../shape/kinds';
import { nameFault, refusedValuesOf } from '../shape/object-rules';
import { type PodRule, refusedParts } from '../shape/pod-rules';
import type { FieldPath } from '../values/field-path';
import { inMebibytes, isByteSlip, isBytesAsCpu, parseQuantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';

/** What can be wrong with an object, by what comes after `schema/`. */
export type ObjectRule =
  | FieldRule
  | 'old-version'
  | 'name'
  | 'selector'
  | 'rolling-update'
  | 'pod-ends'
  | 'no-container'
  | 'missing-volume'
  | 'request-above-limit'
  | 'unit-slip'
  | 'empty-term'
  | 'node-identity'
  | 'crd-rule'
  | 'node-life'
  | 'two-budgets'
  | 'binding'
  | PodRule;

export type ObjectProblem = Problem<FieldPath, ObjectRule>;

/** What the code of API servers, and the rules of CRDs, ask of objects beyond their fields. */
export function objectFaults(manifest: Manifest): ObjectProblem[] {
  const { apiVersion, kind, body } = manifest;
  const judge = JUDGES[`${apiVersion}/${kind}`];
  return [
    ...nameFaults(manifest),
    ...(judge ? judge(body) : []),
    ...valueFaults(manifest),
    ...crdFaults(manifest),
  ];
}

function nameFaults(manifest: Manifest): ObjectProblem[] {
  const why = nameFault(manifest);
  return why === undefined ? [] : [fault('name', ['metadata', 'name'], manifest.name, why, 'write it so')];
}

function valueFaults(manifest: Manifest): ObjectProblem[] {
  return refusedValuesOf(manifest).map(({ path, found, why, fix }) =>
    fault('wrong-value', path, shownValue(found), why, fix),
  );
}

const JUDGES: Readonly<Record<string, (body: Fields) => ObjectProblem[]>> = {
  'apps/v1/DaemonSet': (body) => [...daemonSetFaults(body), ...workloadFaults(body)],
  'apps/v1/Deployment': deploymentFaults,
  'apps/v1/StatefulSet': workloadFaults,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': (body) => bindingFaults(body, true),
  'rbac.authorization.k8s.io/v1/RoleBinding': (body) => bindingFaults(body, false),
  'networking.k8s.io/v1/NetworkPolicy': networkPolicyFaults,
  'policy/v1/PodDisruptionBudget': budgetFaults,
  'v1/Namespace': namespaceFaults,
};

function fault(id: ObjectRule, path: FieldPath, found: string, why: string, fix: string): ObjectProblem {
  return { id, severity: 'error', at: path, found, why: `${why}: ${REFUSED}`, fix };
}

const POD = ['spec', 'template', 'spec'];

function deploymentFaults(body: Fields): ObjectProblem[] {
  const pod = fieldsOf(at(body, POD));
  return [
    ...selectorFaults(body),
    ...strategyFaults(body),
    ...restartFaults(pod),
    ...containerFaults(pod),
    ...workloadFaults(body),
  ];
}

/** What holds for the pods of every workload. */
function workloadFaults(body: Fields): ObjectProblem[] {
  const pod = fieldsOf(at(body, POD));
  return [...partFaults(body), ...initFaults(pod), ...slipFaults(pod), ...imageFaults(pod)];
}

function partFaults(body: Fields): ObjectProblem[] {
  return refusedParts(fieldsOf(at(body, POD))).map(({ rule, path, found, why, fix }) =>
    fault(rule, [...POD, ...path], found, why, fix),
  );
}

function bindingFaults({ roleRef, subjects }: Fields, isOfCluster: boolean): ObjectProblem[] {
  const wrong = listOf(subjects).flatMap((subject, index) => {
    const { kind, apiGroup } = fieldsOf(subject);
    if (kind !== 'ServiceAccount' || !textOf(apiGroup)) return [];
    const why = 'a ServiceAccount is of the core group, whose name is empty';
    return [fault('binding', ['subjects', index, 'apiGroup'], String(apiGroup), why, 'remove apiGroup')];
  });
  if (!isOfCluster || fieldsOf(roleRef).kind !== 'Role') return wrong;
  const why = 'a ClusterRoleBinding is of a ClusterRole';
  const fix = 'write a RoleBinding in the namespace of the Role, or bind a ClusterRole';
  return [...wrong, fault('binding', ['roleRef', 'kind'], 'Role', why, fix)];
}

/** A Deployment has to select its own pods. */
function selectorFaults(body: Fields): ObjectProblem[] {
  const labels = fieldsOf(at(body, ['spec', 'template', 'metadata', 'labels']));
  const selector = fieldsOf(at(body, ['spec', 'selector']));
  const wanted = Object.entries(fieldsOf(selector.matchLabels));
  if (wanted.length === 0 && listOf(selector.matchExpressions).length === 0)
    return [
      fault(
        'selector',
        ['spec', 'selector'],
        'nothing',
        'a Deployment selects its pods by labels',
        'name labels of the template',
      ),
    ];
  return wanted
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]) => {
      const own = labels[key] === undefined ? 'no such label' : `"${String(labels[key])}"`;
      const path = ['spec', 'selector', 'matchLabels', key];
      return fault(
        'selector',
        path,
        String(value),
        `the pods of the template have ${own}`,
        'write the same into selector and template',
      );
    });
}

function strategyFaults(body: Fields): ObjectProblem[] {
  const strategy = fieldsOf(at(body, ['spec', 'strategy']));
  const { maxSurge, maxUnavailable } = fieldsOf(strategy.rollingUpdate);
  if (
    strategy.type !== 'Recreate' &&
    [maxSurge, maxUnavailable].every((one) => /^0+%?$/.test(textOf(one) ?? ''))
  ) {
    const stuck = 'with no pod more and none less, nothing is ever replaced';
    const path = ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'];
    return [fault('rolling-update', path, String(maxUnavailable), stuck, 'raise one of the two')];
  }
  if (strategy.type !== 'Recreate' || (strategy.rollingUpdate ?? undefined) === undefined) return [];
  const why = 'only a rolling update has these settings';
  return [
    fault(
      'rolling-update',
      ['spec', 'strategy', 'rollingUpdate'],
      'set',
      why,
      'remove it (in a patch: rollingUpdate: null)',
    ),
  ];
}

/** A DaemonSet never has a pod more unless it says so. */
function daemonSetFaults(body: Fields): ObjectProblem[] {
  const { type, rollingUpdate } = fieldsOf(at(body, ['spec', 'updateStrategy']));
  const { maxSurge = 0, maxUnavailable } = fieldsOf(rollingUpdate);
  const isStuck = [maxSurge, maxUnavailable].every((one) => /^0+%?$/.test(textOf(one) ?? ''));
  if (type === 'OnDelete' || !isStuck) return [];
  const stuck = 'with no pod more and none less, nothing is ever replaced';
  const path = ['spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable'];
  return [fault('rolling-update', path, String(maxUnavailable), stuck, 'raise one of the two')];
}

function restartFaults(pod: Fields): ObjectProblem[] {
  const faults = [
    ...(['Always', undefined, null].includes(pod.restartPolicy as string)
      ? []
      : [
          fault(
            'pod-ends',
            [...POD, 'restartPolicy'],
            String(pod.restartPolicy),
            'pods of a Deployment always restart',
            'write Always',
          ),
        ]),
    ...((pod.activeDeadlineSeconds ?? undefined) === undefined
      ? []
      : [
          fault(
            'pod-ends',
            [...POD, 'activeDeadlineSeconds'],
            String(pod.activeDeadlineSeconds),
            'pods of a Deployment have no end',
            'remove it',
          ),
        ]),
  ];
  return faults;
}

function containerFaults(pod: Fields): ObjectProblem[] {
  const containers = listOf(pod.containers).map(fieldsOf);
  if (containers.length === 0)
    return [fault('no-container', [...POD, 'containers'], 'none', 'a pod has a container', 'add it')];
  const volumes = new Set(listOf(pod.volumes).map((volume) => textOf(fieldsOf(volume).name)));
  return containers.flatMap((container, index) => {
    const path = [...POD, 'containers', index];
    const missing = ['name', 'image'].filter((field) => !textOf(container[field]));
    const mounts = listOf(container.volumeMounts).map((mount) => textOf(fieldsOf(mount).name));
    return [
      ...missing.map((field) =>
        fault('missing-field', [...path, field], 'nothing', `a container needs its ${field}`, 'add it'),
      ),
      ...resourceFaults(fieldsOf(container.resources), path),
      ...mounts
        .filter((name) => !volumes.has(name))
        .map((name) =>
          fault(
            'missing-volume',
            [...path, 'volumeMounts'],
            String(name),
            'the pod has no volume of this name',
            'add the volume, or do not mount it',
          ),
        ),
    ];
  });
}

function resourceFaults(resources: Fields, path: FieldPath): ObjectProblem[] {
  const limits = textsOf(resources.limits);
  return Object.entries(textsOf(resources.requests)).flatMap(([resource, request]) => {
    const [asked, most] = [request, limits[resource] ?? request].map(parseQuantity);
    if (asked === undefined || most === undefined || asked <= most) return [];
    // A limit with the unit of something else is one cause.
    if (slipFault(resource, limits[resource], path).length > 0) return [];
    const why = `a request is within its limit, which is ${limits[resource]}`;
    return [
      fault(
        'request-above-limit',
        [...path, 'resources', 'requests', resource],
        request,
        why,
        'lower it, or raise the limit',
      ),
    ];
  });
}

function initFaults(pod: Fields): ObjectProblem[] {
  return listOf(pod.initContainers).flatMap((container, index) =>
    ['name', 'image']
      .filter((field) => !textOf(fieldsOf(container)[field]))
      .map((field) => {
        const path = [...POD, 'initContainers', index, field];
        return fault('missing-field', path, 'nothing', `a container needs its ${field}`, 'add it');
      }),
  );
}

/** Images that API servers take, and no registry has. */
function imageFaults(pod: Fields): ObjectProblem[] {
  const why =
    'no registry has an image of this name: the kubelet answers InvalidImageName, and the container never starts';
  const fix = 'write [registry/]path[:tag], where the path has no capitals';
  return impossibleImages(pod).map(({ path, found }) => {
    const at = [...POD, ...path];
    return { id: 'wrong-value', severity: 'error', at, found, why, fix };
  });
}

/** Amounts that API servers take, and no container starts with. */
function slipFaults(pod: Fields): ObjectProblem[] {
  return ['initContainers', 'containers'].flatMap((list) =>
    listOf(pod[list]).flatMap((container, index) =>
      ['requests', 'limits'].flatMap((kind) => {
        const path = [...POD, list, index, 'resources', kind];
        const amounts = textsOf(at(container, ['resources', kind]));
        return Object.entries(amounts).flatMap(([name, text]) => slipFault(name, text, [...path, name]));
      }),
    ),
  );
}

function slipFault(name: string, text: string, path: FieldPath): ObjectProblem[] {
  const amount = parseQuantity(text) ?? 0n;
  if (amount <= 0n) return [];
  const problem = { id: 'unit-slip', severity: 'error', at: path, found: text } as const;
  if (name === 'cpu' && isBytesAsCpu(amount)) {
    const why = 'a unit of bytes on a count of CPUs: no node has that many, and the pod stays pending';
    return [{ ...problem, why, fix: 'write CPUs, for example "500m" or "2"' }];
  }
  if (!['memory', 'ephemeral-storage'].includes(name) || !isByteSlip(amount)) return [];
  const why =
    'less than a mebibyte: "m" means thousandths, and no unit means bytes. As a limit it starts no container, as a request it keeps no room';
  const severity = path.at(-2) === 'requests' ? 'warning' : 'error';
  return [{ ...problem, severity, why, fix: `write "${inMebibytes(text)}"` }];
}

/** Rules that have an id of their own, by the beginning of their message. */
const NAMED_RULES: readonly (readonly [message: RegExp, id: ObjectRule])[] = [
  [/^must specify (exactly|at most) one of \['role'/, 'node-identity'],
  [/^expected at least one, got none|SelectorTerms cannot be empty$/, 'empty-term'],
  [/^unknown field/, 'unknown-field'],
  [/^the sum of expireAfter/, 'node-life'],
];

/** What the rules of Karpenter's definitions refuse, and EKS Auto Mode. */
function crdFaults({ apiVersion, kind, body }: Manifest): ObjectProblem[] {
  const rules = [CRD_RULES, FURTHER_RULES].flatMap((all) => all[`${apiVersion}/${kind}`] ?? []);
  return refusedValues(body, rules).map(({ rule, path, value }) => {
    const id = NAMED_RULES.find(([message]) => message.test(rule.message))?.[1] ?? 'crd-rule';
    return fault(id, path, rule.shows?.(value) ?? shownValue(value), rule.message, rule.fix);
  });
}

function shownValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
}

const MOST_SHOWN = 60;

function networkPolicyFaults(body: Fields): ObjectProblem[] {
  return listOf(at(body, ['spec', 'policyTypes'])).flatMap((type, index) =>
    ['Ingress', 'Egress'].includes(String(type))
      ? []
      : [
          fault(
            'wrong-value',
            ['spec', 'policyTypes', index],
            String(type),
            'allowed are Ingress and Egress',
            'write one of them',
          ),
        ],
  );
}

function budgetFaults(body: Fields): ObjectProblem[] {
  const spec = fieldsOf(body.spec);
  const both = ['minAvailable', 'maxUnavailable'].every((field) => (spec[field] ?? undefined) !== undefined);
  return both
    ? [
        fault(
          'two-budgets',
          ['spec', 'minAvailable'],
          'together with maxUnavailable',
          'a budget has one of the two',
          'remove one',
        ),
      ]
    : [];
}

const LEVELS = ['privileged', 'baseline', 'restricted'];

/** Levels of Pod Security, whose admission refuses a namespace with another. */
function namespaceFaults(body: Fields): ObjectProblem[] {
  const labels = textsOf(at(body, ['metadata', 'labels']));
  return ['enforce', 'audit', 'warn']
    .map((mode) => `pod-security.kubernetes.io/${mode}`)
    .filter((key) => labels[key] !== undefined && !LEVELS.includes(labels[key]))
    .map((key) =>
      fault(
        'wrong-value',
        ['metadata', 'labels', key],
        labels[key],
        `allowed are ${LEVELS.join(', ')}`,
        'write one of them',
      ),
    );
}
