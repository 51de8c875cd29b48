import type { Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { autoDiskUsdPerMonth, disksUsdPerMonth } from '../karpenter/disk-price';
import { at } from '../values/record';
import { budgetOf, drainOf } from './drain';
import { isOfMove } from './moved-nodes';
import {
  type ChangedObject,
  type Comparison,
  changed,
  changesOf,
  type Impact,
  impact,
  objectOf,
  type Rule,
  type Weight,
} from './rule';

/** Node classes of Karpenter, and of EKS Auto Mode, which replaces nodes by the same rules. */
const CLASSES = ['EC2NodeClass', 'NodeClass'];

/** Fields that Karpenter does not hash: what they find is compared with each node instead. */
const RESOLVED: Readonly<Record<string, string>> = {
  'spec.amiSelectorTerms': 'whose image is no longer among those found',
  'spec.subnetSelectorTerms': 'in subnets that are no longer found',
  'spec.securityGroupSelectorTerms': 'whose security groups are not those found',
  'spec.capacityReservationSelectorTerms': 'of reservations that are no longer found',
};

/** Node classes with a field that Karpenter hashes. */
export const classDrifts: Rule = {
  id: 'class-drifts',
  title: 'A node class whose settings change has all nodes of its pools replaced within their budgets.',
  run: (comparison) =>
    changesOf(comparison, ...CLASSES).flatMap((change) => {
      const fields = hashedFields(change);
      if (!change.before || !change.after || fields.length === 0) return [];
      const why = `${fields.slice(0, 3).join(', ')} changed, and Karpenter compares its hash.`;
      return poolImpacts('class-drifts', comparison, change, '', why);
    }),
};

/** Node classes whose nodes cost more, whatever their type. */
export const diskPrice: Rule = {
  id: 'disk-price',
  title: 'Larger or faster disks, and detailed monitoring, cost money for each node, whatever its type.',
  run: (comparison) =>
    changesOf(comparison, ...CLASSES).flatMap((change) => {
      const { before, after } = change;
      if (!before || !after) return [];
      const parts = diskParts(change, before, after);
      if (parts.length === 0) return [];
      return [
        impact(
          'disk-price',
          'notice',
          change,
          parts.join(' '),
          'Prices of EBS in us-east-1; prices of jobs leave disks out.',
        ),
      ];
    }),
};

/** What of the disks of a node costs more, each as a sentence. */
function diskParts(change: ChangedObject, before: Manifest, after: Manifest): readonly string[] {
  const priceOf = after.kind === 'NodeClass' ? autoDiskUsdPerMonth : disksUsdPerMonth;
  const [old, now] = [before, after].map(({ body }) => priceOf(body.spec));
  const isChanged = ['spec.blockDeviceMappings', 'spec.ephemeralStorage'].some((field) =>
    changed(change, field),
  );
  return [
    ...(now === undefined && isChanged ? ['The price of its disks is not known here.'] : []),
    ...(old !== undefined && now !== undefined && now > old
      ? [
          `The disks of a node cost USD ${now.toFixed(2)} for a month that it runs, instead of ${old.toFixed(2)}.`,
        ]
      : []),
    ...(isMonitored(after) && !isMonitored(before)
      ? ['CloudWatch charges for the metrics of each node.']
      : []),
  ];
}

function isMonitored({ body }: Manifest): boolean {
  return at(body, ['spec', 'detailedMonitoring']) === true;
}

/** Node classes that find something else. */
export const classFindsOthers: Rule = {
  id: 'class-finds-others',
  title:
    'A node class that selects other images, subnets or security groups has those nodes replaced that differ.',
  run: (comparison) =>
    changesOf(comparison, ...CLASSES).flatMap((change) => {
      const found = Object.entries(RESOLVED).filter(([field]) => changed(change, field));
      // Where a hashed field changes as well, every node goes anyway.
      if (!change.before || !change.after || found.length === 0 || hashedFields(change).length > 0) return [];
      const which = found.map(([, text]) => text).join(', or ');
      const fields = found.map(([field]) => field).join(' and ');
      const verb = found.length === 1 ? 'finds' : 'find';
      return poolImpacts('class-finds-others', comparison, change, ` ${which}`, `${fields} ${verb} others.`);
    }),
};

/** Fields that differ and that Karpenter hashes. */
function hashedFields({ fields }: ChangedObject): readonly string[] {
  const unhashed = [...Object.keys(RESOLVED), 'spec.ipPrefixCount'];
  return fields
    .map(({ path }) => path)
    .filter((path) => path.startsWith('spec.') && !unhashed.some((field) => path.startsWith(field)));
}

/** Node classes that go. */
export const classRemoved: Rule = {
  id: 'class-removed',
  title:
    'A node class that is removed stays until the last node of it is gone, and its pools make no new one.',
  run: (comparison) =>
    changesOf(comparison, ...CLASSES).flatMap((change) => {
      if (!change.before || change.after || isOfMove(change, comparison)) return [];
      const users = poolsOf(comparison.after.pools, change.before);
      if (users.length === 0) {
        const what = 'It goes once the last node that was made by it is gone.';
        return [impact('class-removed', 'info', change, what, 'No pool names it any more.')];
      }
      const names = users.map(({ name }) => name).join(', ');
      return [
        impact(
          'class-removed',
          'disruptive',
          change,
          `${names} can no longer launch nodes: new jobs and managers that need one stay pending.`,
          'They name a class that is gone.',
        ),
      ];
    }),
};

function poolImpacts(
  rule: string,
  comparison: Comparison,
  change: Parameters<typeof objectOf>[0],
  which: string,
  why: string,
): Impact[] {
  const { before, after } = comparison;
  const users = poolsOf(after.pools, objectOf(change));
  if (users.length === 0) return [impact(rule, 'info', change, 'No pool uses it: no node is replaced.', why)];
  const drains = poolsOf(before.pools, objectOf(change)).map((pool) =>
    drainOf({ before: pool, after: users.find(({ name }) => name === pool.name) }, comparison),
  );
  const weight: Weight = drains.some((drain) => drain.weight === 'disruptive') ? 'disruptive' : 'notice';
  const fates = [...new Set(drains.map(({ text }) => text))].join('; ');
  const names = users.map(({ name }) => name).join(', ');
  const what = `Every node of ${names}${which} drifts and is replaced, ${budgetsOf(users)}${fates && `; ${fates}`}.`;
  return [impact(rule, weight, change, what, why)];
}

/** The budgets of pools, said once where they are the same. */
function budgetsOf(pools: readonly NodePool[]): string {
  const budgets = pools.map(budgetOf);
  if (pools.length === 1) return `at most ${budgets[0]} of them at once`;
  if (new Set(budgets).size === 1) return `at most ${budgets[0]} of each pool at once`;
  return `at once at most ${pools.map(({ name }, index) => `${budgets[index]} of ${name}`).join(', ')}`;
}

/** The pools that name a class, by its kind too: both controllers may have one of a name. */
function poolsOf(pools: readonly NodePool[], nodeClass: Manifest): readonly NodePool[] {
  return pools.filter(({ template, isAutoMode }) => {
    const { name } = (template.nodeClassRef ?? {}) as { name?: unknown };
    return name === nodeClass.name && isAutoMode === (nodeClass.kind === 'NodeClass');
  });
}
