import type { Manifest } from '../../cluster/manifest';
import { landing, type ObservedRunner, type Subject } from '../../cluster/observe';
import { at, type Fields, fieldsOf, listOf, textOf } from '../../values/record';
import { type ChangedObject, type Comparison, changesOf, type Impact, impact, type Rule } from '../rule';
import { newImages } from './node-images';
import { requirementImpacts } from './node-requirements';
import { peersOf } from './peers';
import { runnerPairs } from './runner-pairs';

/** Node classes whose nodes give away more, or run someone else's code. */
export const nodeGuards: Rule = {
  id: 'node-guards',
  title: 'A node class decides what pods reach of their node, and what runs on it as root.',
  run: (comparison) => [
    ...classImpacts(comparison),
    ...poolImpacts(comparison),
    ...startupTaintImpacts(comparison),
    ...requirementImpacts(comparison),
  ],
};

function classImpacts(comparison: Comparison): Impact[] {
  return changesOf(comparison, 'EC2NodeClass', 'NodeClass').flatMap((change) => {
    const { before, after } = change;
    if (!after) return [];
    const olds = before ? [before] : comparison.before.manifests.filter(({ kind }) => kind === after.kind);
    return sentence(change, [...openings(before, after), ...novelties(olds, after)], WHY);
  });
}

const WHY = 'Every job has a node of such a class under it.';

/** Pools whose nodes come from another class than before. */
function poolImpacts(comparison: Comparison): Impact[] {
  return changesOf(comparison, 'NodePool').flatMap((change) => {
    const { before, after } = change;
    if (!after) return [];
    const [old, now] = [before, after].map((pool) => pool && classNameOf(pool));
    if (now === undefined || old === now) return [];
    const why = `The class of its nodes is ${now}${old === undefined ? '' : `, before ${old}`}.`;
    return sentence(change, poolParts(before, after, comparison), why);
  });
}

/** Pools of which pods start before what the nodes wait for, for example the agent that enforces network policies. */
function startupTaintImpacts(comparison: Comparison): Impact[] {
  const known = changesOf(comparison, 'NodePool').length > 0 ? comparison.before.pools : [];
  return changesOf(comparison, 'NodePool').flatMap((change) => {
    const { before, after } = change;
    if (!after) return [];
    const olds = (before ? [before] : known.map(({ manifest }) => manifest)).map(startupTaintsOf);
    const now = startupTaintsOf(after);
    const [first = [], ...rest] = olds;
    const lost = first.filter((taint) => !now.includes(taint) && rest.every((old) => old.includes(taint)));
    if (lost.length === 0) return [];
    return sentence(
      change,
      [`pods start on its nodes without waiting for ${lost.join(', ')} to go`],
      'A startup taint holds pods back until something on the node is ready, for example what enforces network policies.',
    );
  });
}

function startupTaintsOf({ body }: Manifest): readonly string[] {
  return listOf(at(body, ['spec', 'template', 'spec', 'startupTaints']))
    .map(fieldsOf)
    .map(({ key, effect }) => `${textOf(key)}:${textOf(effect)}`);
}

function poolParts(old: Manifest | undefined, now: Manifest, comparison: Comparison): string[] {
  const { before, after } = comparison;
  const classOf = (pool: Manifest, { manifests }: Subject) =>
    manifests.find(
      ({ kind, name }) => name === classNameOf(pool) && (kind === 'EC2NodeClass' || kind === 'NodeClass'),
    );
  const nodeClass = classOf(now, after);
  const isUsual = before.pools.some(({ nodeClass: known }) => known !== undefined);
  if (!nodeClass) return isUsual ? [`its nodes come from a class that is not here: ${classNameOf(now)}`] : [];
  const pools = old ? [old] : poolsBefore(now, comparison);
  const known = new Set(pools.flatMap((pool) => classOf(pool, before) ?? []));
  const was = old && [...known][0];
  const opened = was
    ? [...openings(was, nodeClass), ...novelties([was], nodeClass)]
    : openedBy(nodeClass, old ? [] : [...known]);
  return isTakenFromManagers(now, nodeClass.name, { before, after })
    ? ['its nodes have the class of those of managers', ...opened]
    : opened;
}

/** What a class opens that none of some others did. */
function openedBy(nodeClass: Manifest, olds: readonly Manifest[]): string[] {
  const isKnown = olds.length === 0 || olds.some(({ name }) => name === nodeClass.name);
  if (isKnown) return [];
  const opened = olds.map((one) => openings(one, nodeClass));
  return [...(opened.every((parts) => parts.length > 0) ? opened[0] : []), ...novelties(olds, nodeClass)];
}

/** The pools that runners which land on a new one had before; those of their peers for runners that are new. */
function poolsBefore(pool: Manifest, comparison: Comparison): readonly Manifest[] {
  const isOn = ({ job, largestJob }: ObservedRunner) =>
    [job, largestJob].some((placed) => landing(placed).some((one) => one.pool.manifest === pool));
  return runnerPairs(comparison)
    .filter(({ after }) => isOn(after))
    .flatMap(({ before, after }) => (before ? [before] : peersOf(after, comparison.before)))
    .flatMap(({ job }) => landing(job).map((one) => one.pool.manifest));
}

/** Whether a pool of others gets the class that nodes of managers had. */
function isTakenFromManagers(
  pool: Manifest,
  nodeClass: string,
  { before, after }: Pick<Comparison, 'before' | 'after'>,
): boolean {
  const [old, now] = [before, after].map(({ runners }) =>
    runners.flatMap(({ managerPlaced }) => landing(managerPlaced).map((one) => one.pool.manifest)),
  );
  return (
    old.some((one) => classNameOf(one) === nodeClass) &&
    ![...old, ...now].some(({ name }) => name === pool.name)
  );
}

function classNameOf({ body }: Manifest): string | undefined {
  return textOf(at(body, ['spec', 'template', 'spec', 'nodeClassRef', 'name']));
}

function sentence(change: ChangedObject, parts: readonly string[], why: string): Impact[] {
  if (parts.length === 0) return [];
  const what = `${parts.map((part) => `${part[0].toUpperCase()}${part.slice(1)}`).join('. ')}.`;
  return [impact('node-guards', 'security', change, what, why)];
}

/** What a class opens, whatever other classes do. */
function openings(before: Manifest | undefined, after: Manifest): string[] {
  const [old, now] = [before, after].map(settingsOf);
  return [
    ...(now.hops > old.hops
      ? [`pods reach the instance metadata service (httpPutResponseHopLimit ${now.hops}, before ${old.hops})`]
      : []),
    ...(now.isOptional && !old.isOptional ? ['the instance metadata service asks for no token'] : []),
    ...(now.isIpv6 && !old.isIpv6 ? ['the instance metadata service answers over IPv6 too'] : []),
    ...(before && now.isOn && !old.isOn ? ['the instance metadata service is on'] : []),
    ...(now.isPublic && !old.isPublic ? ['nodes get public addresses'] : []),
    ...(now.isPlain && !old.isPlain ? ['disks are not encrypted'] : []),
    ...(now.isLeft && !old.isLeft ? ['disks stay when their nodes go, with what jobs wrote'] : []),
  ];
}

function settingsOf(nodeClass: Manifest | undefined) {
  const spec = fieldsOf(nodeClass?.body.spec);
  const metadata = fieldsOf(spec.metadataOptions);
  const disks = listOf(spec.blockDeviceMappings).map((one) => fieldsOf(at(one, ['ebs'])));
  return {
    // What Karpenter writes where nothing is said.
    hops: Number(metadata.httpPutResponseHopLimit ?? 1),
    isOptional: metadata.httpTokens === 'optional',
    isIpv6: metadata.httpProtocolIPv6 === 'enabled',
    isOn: (metadata.httpEndpoint ?? 'enabled') !== 'disabled',
    isPublic: spec.associatePublicIPAddress === true,
    // Where a disk does not say it, the account decides.
    isPlain: disks.some(({ encrypted }) => encrypted !== true),
    isLeft: disks.some(({ deleteOnTermination }) => deleteOnTermination === false),
  };
}

/** Fields whose value no class had before, with what that does. */
const FIELDS = {
  userData: 'what runs on every node as root is another script',
  role: 'nodes have the rights of another role in AWS',
  instanceProfile: 'nodes have the rights of another instance profile in AWS',
  securityGroupSelectorTerms: 'other security groups say who reaches the nodes',
} as const;

function novelties(olds: readonly Manifest[], after: Manifest): string[] {
  if (olds.length === 0) return [];
  const values = (key: string) => olds.map(({ body }) => JSON.stringify(at(body, ['spec', key])));
  const fields = Object.entries(FIELDS).filter(([key]) => {
    const now = JSON.stringify(at(after.body, ['spec', key]));
    return now !== undefined && now !== '""' && !values(key).includes(now);
  });
  return [...fields.map(([, does]) => does), ...lostParts(olds, after), ...newImages(olds, after)];
}

/** What every class said there was, and what this one leaves to others by saying nothing. */
function lostParts(olds: readonly Manifest[], after: Manifest): string[] {
  const specs = olds.map(({ body }) => fieldsOf(body.spec));
  const now = fieldsOf(after.body.spec);
  const isScript = ({ userData }: Fields) => (textOf(userData) ?? '').trim() !== '';
  const disksOf = (spec: Fields) => listOf(spec.blockDeviceMappings).map((one) => fieldsOf(at(one, ['ebs'])));
  const isSilent = ({ deleteOnTermination }: Fields) => deleteOnTermination === undefined;
  return [
    ...(specs.every(isScript) && !isScript(now)
      ? ['the script (userData) that ran on every node does not run']
      : []),
    ...(specs.every((spec) => spec.associatePublicIPAddress === false) &&
    typeof now.associatePublicIPAddress !== 'boolean'
      ? ['their subnet decides whether nodes get public addresses, before none did']
      : []),
    ...(specs.every((spec) => disksOf(spec).length > 0 && !disksOf(spec).some(isSilent)) &&
    disksOf(now).some(isSilent)
      ? ['nothing says that disks go with their nodes (deleteOnTermination)']
      : []),
  ];
}
