/**
 * What API servers ask of objects of Kubernetes' own beyond the types of their fields.
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go, rbac/validation, networking/validation, scheduling/validation
 */
import { contains, isIpBlock } from '../values/address-block';
import type { FieldPath } from '../values/field-path';
import { isDnsLabel, isDnsSubdomain } from '../values/label';
import { parseQuantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { claimFaults } from './claim-values';
import { isPortName, PORT_NAME_WANTED } from './container-values';
import { annotationFaults, labelFaults, type RefusedPart } from './pod-rules';
import type { RefusedValue } from './refused-value';
import { serviceFaults } from './service-values';

/** An object as far as these rules ask. */
export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly body: Fields;
}

/** Why a name is not one that its kind may have; undefined where it is. */
export function nameFault({ kind, name, body }: AnyObject): string | undefined {
  // Names of rights may hold more, and one that is generated is not known.
  const isGenerated = fieldsOf(body.metadata).name === undefined;
  if (/Role(Binding)?$/.test(kind) || isGenerated) return undefined;
  if (kind === 'Namespace' && !isDnsLabel(name))
    return 'the name of a namespace has at most 63 lower-case letters, digits and dashes';
  if (!isDnsSubdomain(name)) return 'a name has lower-case letters, digits, dashes and dots';
  if (kind === 'PriorityClass' && name.startsWith('system-') && !SYSTEM_CLASSES.includes(name))
    return 'names that begin with system- are those of Kubernetes';
  return undefined;
}

const SYSTEM_CLASSES = ['system-cluster-critical', 'system-node-critical'];

/** Values of an object that API servers refuse; the way to each starts at the top. */
export function refusedValuesOf({ apiVersion, kind, body }: AnyObject): readonly RefusedValue[] {
  const judge = JUDGES[`${apiVersion}/${kind}`];
  return [...metadataFaults(body.metadata, ['metadata']), ...(judge ? judge(body) : [])];
}

const JUDGES: Readonly<Record<string, (body: Fields) => readonly RefusedValue[]>> = {
  'apps/v1/DaemonSet': templateFaults,
  'apps/v1/Deployment': (body) => [...templateFaults(body), ...rolloutFaults(body)],
  'apps/v1/StatefulSet': templateFaults,
  'networking.k8s.io/v1/NetworkPolicy': policyFaults,
  'rbac.authorization.k8s.io/v1/ClusterRole': (body) => rightFaults(body, true),
  'rbac.authorization.k8s.io/v1/Role': (body) => rightFaults(body, false),
  'scheduling.k8s.io/v1/PriorityClass': priorityFaults,
  'v1/ConfigMap': dataFaults,
  'v1/LimitRange': rangeFaults,
  'v1/PersistentVolumeClaim': claimFaults,
  'v1/ResourceQuota': quotaFaults,
  'v1/Secret': dataFaults,
  'v1/Service': (body) => [...selectorFaults(body), ...serviceFaults(body)],
};

/** Bytes that all annotations of an object may have together, keys among them. */
const MOST_OF_ANNOTATIONS = 256 * 1024;

function metadataFaults(metadata: unknown, path: FieldPath): RefusedValue[] {
  const { labels, annotations } = fieldsOf(metadata);
  const size = bytesOf(Object.entries(textsOf(annotations)).flat());
  return [
    ...withoutRule(labelFaults(labels, [...path, 'labels'])),
    ...withoutRule(annotationFaults(annotations, [...path, 'annotations'])),
    ...(size <= MOST_OF_ANNOTATIONS
      ? []
      : [tooLarge([...path, 'annotations'], size, 'all annotations have at most 256 KiB together')]),
  ];
}

function withoutRule(parts: readonly RefusedPart[]): RefusedValue[] {
  return parts.map(({ rule: _, ...value }) => value);
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function tooLarge(path: FieldPath, size: number, why: string): RefusedValue {
  return { path, found: `${size} bytes`, why, fix: 'shorten it, or split it' };
}

function templateFaults({ spec }: Fields): RefusedValue[] {
  const { template, replicas, minReadySeconds, progressDeadlineSeconds, revisionHistoryLimit } =
    fieldsOf(spec);
  const counts = Object.entries({ replicas, minReadySeconds, progressDeadlineSeconds, revisionHistoryLimit });
  return [
    ...metadataFaults(fieldsOf(template).metadata, ['spec', 'template', 'metadata']),
    ...counts.flatMap(([key, count]) =>
      typeof count === 'number' && count < 0
        ? [
            {
              path: ['spec', key],
              found: String(count),
              why: 'it must not be negative',
              fix: 'write 0 or more',
            },
          ]
        : [],
    ),
  ];
}

/** Seconds after which a rollout has failed, and how many pods it may do without. */
function rolloutFaults({ spec }: Fields): RefusedValue[] {
  const { minReadySeconds = 0, progressDeadlineSeconds = 600, strategy } = fieldsOf(spec);
  const update = Object.entries(fieldsOf(fieldsOf(strategy).rollingUpdate));
  const isLate = Number(progressDeadlineSeconds ?? 600) <= Number(minReadySeconds ?? 0);
  return [
    ...(isLate
      ? [
          {
            path: ['spec', 'progressDeadlineSeconds'],
            found: String(progressDeadlineSeconds),
            why: `it is above minReadySeconds, which is ${minReadySeconds}`,
            fix: 'raise it, or lower minReadySeconds',
          },
        ]
      : []),
    ...update
      .filter(([key, value]) => !isCountOfPods(value, key === 'maxUnavailable' ? 100 : Infinity))
      .map(([key, value]) => ({
        path: ['spec', 'strategy', 'rollingUpdate', key],
        found: String(value),
        why: 'a number from 0, or a percentage as text, is required',
        fix: 'write 1 or "25%"',
      })),
  ];
}

function isCountOfPods(value: unknown, mostPercent: number): boolean {
  if (typeof value === 'number') return value >= 0;
  if (typeof value !== 'string' || value.includes('$')) return true;
  return /^\d+%$/.test(value) && Number(value.slice(0, -1)) <= mostPercent;
}

const MOST_OF_DATA = 1024 * 1024;
const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Keys of a ConfigMap or a Secret, and the size of both. */
function dataFaults({ kind, data, binaryData, stringData }: Fields): RefusedValue[] {
  const tables = Object.entries({ data, binaryData, stringData });
  const size = bytesOf(tables.flatMap(([, table]) => Object.values(textsOf(table))));
  // Base64 takes a third more than what it holds.
  const isPlain = kind === 'ConfigMap' && binaryData === undefined;
  const most = isPlain ? MOST_OF_DATA : (MOST_OF_DATA * 4) / 3;
  return [
    ...tables.flatMap(([name, table]) =>
      Object.keys(fieldsOf(table))
        .filter((key) => !/\$|\{\{/.test(key) && (!KEY.test(key) || key === '.' || key.startsWith('..')))
        .map((key) => ({
          path: [name, key],
          found: key,
          why: 'a key has at most 253 letters, digits, dashes, underscores and dots',
          fix: 'give it another name; folders are made with items of a volume',
        })),
    ),
    ...(size <= most ? [] : [tooLarge(['data'], size, 'an object of this kind holds at most 1 MiB')]),
  ];
}

function rightFaults({ rules }: Fields, isOfCluster: boolean): RefusedValue[] {
  return listOf(rules).flatMap((rule, index) => {
    const { nonResourceURLs, apiGroups, resources } = fieldsOf(rule);
    const path = ['rules', index];
    const missing = (key: string, why: string): RefusedValue[] =>
      listOf(fieldsOf(rule)[key]).length > 0
        ? []
        : [{ path: [...path, key], found: 'nothing', why, fix: 'name one, or remove the rule' }];
    const urls = listOf(nonResourceURLs);
    if (urls.length === 0)
      return [
        ...missing('verbs', 'a rule needs a verb'),
        ...missing('apiGroups', 'a rule of resources names their group; that of the core is ""'),
        ...missing('resources', 'a rule names resources'),
      ];
    const isMixed = listOf(apiGroups).length > 0 || listOf(resources).length > 0;
    const why = isOfCluster ? 'a rule is of resources or of URLs, not both' : 'a Role has no rights on URLs';
    return [
      ...missing('verbs', 'a rule needs a verb'),
      ...(isOfCluster && !isMixed
        ? []
        : [
            {
              path: [...path, 'nonResourceURLs'],
              found: urls.join(', '),
              why,
              fix: 'write a rule of its own for them, in a ClusterRole',
            },
          ]),
    ];
  });
}

const MOST_PRIORITY = 1_000_000_000;

function priorityFaults({ value, metadata }: Fields): RefusedValue[] {
  const isOfSystem = SYSTEM_CLASSES.includes(textOf(fieldsOf(metadata).name) ?? '');
  if (typeof value !== 'number' || value <= MOST_PRIORITY || isOfSystem) return [];
  const why = `at most ${MOST_PRIORITY} is left for classes that are not Kubernetes' own`;
  return [{ path: ['value'], found: String(value), why, fix: 'write a smaller number' }];
}

function selectorFaults({ spec }: Fields): RefusedValue[] {
  return withoutRule(labelFaults(fieldsOf(spec).selector, ['spec', 'selector']));
}

function policyFaults({ spec }: Fields): RefusedValue[] {
  const selector = ['spec', 'podSelector', 'matchLabels'];
  const ofSelector = withoutRule(labelFaults(at({ spec }, selector), selector));
  const ofRules = (['ingress', 'egress'] as const).flatMap((list) =>
    listOf(fieldsOf(spec)[list]).flatMap((rule, index) => {
      const path = ['spec', list, index];
      const peers = list === 'ingress' ? 'from' : 'to';
      return [
        ...listOf(fieldsOf(rule).ports).flatMap((port, place) =>
          portFaults(fieldsOf(port), [...path, 'ports', place]),
        ),
        ...listOf(fieldsOf(rule)[peers]).flatMap((peer, place) =>
          blockFaults(fieldsOf(peer), [...path, peers, place]),
        ),
      ];
    }),
  );
  return [...ofSelector, ...ofRules];
}

function portFaults({ port, endPort }: Fields, path: FieldPath): RefusedValue[] {
  if (typeof port === 'string' && !port.includes('$') && !isPortName(port))
    return [{ path: [...path, 'port'], found: port, why: PORT_NAME_WANTED, fix: 'write the name of a port' }];
  const isPort = (value: unknown) => typeof value !== 'number' || (value >= 1 && value <= 65_535);
  const wrong = Object.entries({ port, endPort }).find(([, value]) => !isPort(value));
  if (wrong) {
    const why = 'ports are numbers from 1 to 65535';
    return [{ path: [...path, wrong[0]], found: String(wrong[1]), why, fix: 'write such a number' }];
  }
  if (endPort === undefined || endPort === null || (typeof port === 'number' && Number(endPort) >= port))
    return [];
  return [
    {
      path: [...path, 'endPort'],
      found: String(endPort),
      why: 'it ends a range that begins with a port, by number',
      fix: 'write the first port as port',
    },
  ];
}

function blockFaults({ ipBlock, podSelector, namespaceSelector }: Fields, path: FieldPath): RefusedValue[] {
  if (ipBlock === undefined || ipBlock === null) return [];
  const { cidr, except } = fieldsOf(ipBlock);
  const isOpen = (one: unknown) => (textOf(one) ?? '').includes('$');
  if (isOpen(cidr)) return [];
  const way = [...path, 'ipBlock'];
  const others = podSelector ?? namespaceSelector ?? undefined;
  if (others !== undefined)
    return [
      { path: way, found: 'with a selector', why: 'a peer is a block or selectors', fix: 'write two peers' },
    ];
  if (!isIpBlock(textOf(cidr) ?? ''))
    return [{ path: [...way, 'cidr'], found: textOf(cidr) ?? 'nothing', why: BLOCK, fix: 'write one' }];
  return listOf(except).flatMap((one, index) => {
    if (isOpen(one)) return [];
    const isBlock = isIpBlock(textOf(one) ?? '');
    if (isBlock && contains(cidr, one) && !contains(one, cidr)) return [];
    const why = isBlock ? `what is left out is a smaller block within ${textOf(cidr)}` : BLOCK;
    return [
      { path: [...way, 'except', index], found: String(one), why, fix: 'remove it, or write such a block' },
    ];
  });
}

const BLOCK =
  'a block begins with its first address, without zeros in front of a number, for example 10.0.0.0/16 (Kubernetes refuses others since 1.36)';

/** Bounds of a LimitRange by their order: none may be above one that comes later. */
const ORDER = ['min', 'defaultRequest', 'default', 'max'] as const;

function rangeFaults({ spec }: Fields): RefusedValue[] {
  const items = listOf(fieldsOf(spec).limits).map(fieldsOf);
  return items.flatMap((item, index) => {
    const path = ['spec', 'limits', index];
    const isTwice = items.findIndex(({ type }) => type === item.type) < index;
    const given = ORDER.filter((key) => item.type === 'Pod' && key.startsWith('default') && item[key]);
    return [
      ...(isTwice
        ? [
            {
              path: [...path, 'type'],
              found: `${item.type} twice`,
              why: 'each type may appear once',
              fix: 'join them',
            },
          ]
        : []),
      ...given.map((key) => ({
        path: [...path, key],
        found: key,
        why: 'pods as a whole have no defaults',
        fix: 'write it in an item of type Container',
      })),
      ...orderFaults(item, path),
      ...ratioFaults(item, [...path, 'maxLimitRequestRatio']),
    ];
  });
}

function orderFaults(item: Fields, path: FieldPath): RefusedValue[] {
  return ORDER.flatMap((lower, place) =>
    ORDER.slice(place + 1).flatMap((upper) =>
      Object.entries(textsOf(item[lower])).flatMap(([resource, text]) => {
        const other = textOf(at(item, [upper, resource]));
        const [a, b] = [text, other ?? text].map(parseQuantity);
        if (a === undefined || b === undefined || a <= b) return [];
        const why = `it is above ${upper}, which is ${other}`;
        return [{ path: [...path, lower, resource], found: text, why, fix: `lower it, or raise ${upper}` }];
      }),
    ),
  );
}

function ratioFaults({ maxLimitRequestRatio, min, max }: Fields, path: FieldPath): RefusedValue[] {
  return Object.entries(textsOf(maxLimitRequestRatio)).flatMap(([resource, text]) => {
    const amountIn = (table: unknown) => parseQuantity(textsOf(table)[resource] ?? '');
    const [ratio, least, most] = [parseQuantity(text), amountIn(min), amountIn(max)];
    const at = [...path, resource];
    if (ratio === undefined) return [];
    if (ratio < WHOLE)
      return [{ path: at, found: text, why: 'a limit is never below its request', fix: 'write 1 or more' }];
    const isIdle = least !== undefined && most !== undefined && least > 0n && ratio * least > most * WHOLE;
    return isIdle
      ? [
          {
            path: at,
            found: text,
            why: 'it is above max divided by min, so it limits nothing',
            fix: 'lower it',
          },
        ]
      : [];
  });
}

const WHOLE = 1_000_000_000n;

/** What quotas count in parts, and what else they count besides names with a slash. */
const IN_PARTS =
  /^((requests|limits)\.)?(cpu|memory|ephemeral-storage)$|^requests\.storage$|^(requests\.)?hugepages-\S+$/;
const IN_WHOLE =
  /^(pods|services|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|services\.nodeports|services\.loadbalancers)$/;

function quotaFaults({ spec }: Fields): RefusedValue[] {
  return Object.entries(textsOf(fieldsOf(spec).hard)).flatMap(([name, text]) => {
    const path = ['spec', 'hard', name];
    const amount = parseQuantity(text) ?? 0n;
    if (amount < 0n)
      return [{ path, found: text, why: 'an amount must not be negative', fix: 'write 0 or more' }];
    if (IN_PARTS.test(name)) return [];
    if (!name.includes('/') && !IN_WHOLE.test(name)) {
      const why = 'quotas know no resource of this name';
      return [{ path, found: name, why, fix: `write count/${name}, if objects are meant` }];
    }
    const isWhole = amount % WHOLE === 0n || name.startsWith('requests.');
    return isWhole
      ? []
      : [{ path, found: text, why: 'it is counted in whole ones', fix: 'write a whole number' }];
  });
}
