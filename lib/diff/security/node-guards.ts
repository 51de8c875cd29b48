import type { Manifest } from '../../cluster/manifest';
import { landing, type Subject } from '../../cluster/observe';
import { at, fieldsOf, listOf, textOf } from '../../values/record';
import { type ChangedObject, type Comparison, changesOf, type Impact, impact, type Rule } from '../rule';

/** Node classes whose nodes give away more, or run someone else's code. */
export const nodeGuards: Rule = {
  id: 'node-guards',
  title: 'A node class decides what pods reach of their node, and what runs on it as root.',
  run: (comparison) => [...classImpacts(comparison), ...poolImpacts(comparison)],
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

function poolParts(old: Manifest | undefined, now: Manifest, { before, after }: Comparison): string[] {
  const classOf = (pool: Manifest, { manifests }: Subject) =>
    manifests.find(
      ({ kind, name }) => name === classNameOf(pool) && (kind === 'EC2NodeClass' || kind === 'NodeClass'),
    );
  const nodeClass = classOf(now, after);
  const isUsual = before.pools.some(({ nodeClass: known }) => known !== undefined);
  if (!nodeClass) return isUsual ? [`its nodes come from a class that is not here: ${classNameOf(now)}`] : [];
  const was = old && classOf(old, before);
  const opened = was ? [...openings(was, nodeClass), ...novelties([was], nodeClass)] : [];
  return isTakenFromManagers(now, nodeClass.name, { before, after })
    ? ['its nodes have the class of those of managers', ...opened]
    : opened;
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
  ];
}

function settingsOf(nodeClass: Manifest | undefined) {
  const spec = fieldsOf(nodeClass?.body.spec);
  const metadata = fieldsOf(spec.metadataOptions);
  const disks = listOf(spec.blockDeviceMappings).map((one) => at(one, ['ebs', 'encrypted']));
  return {
    // What Karpenter writes where nothing is said.
    hops: Number(metadata.httpPutResponseHopLimit ?? 1),
    isOptional: metadata.httpTokens === 'optional',
    isIpv6: metadata.httpProtocolIPv6 === 'enabled',
    isOn: (metadata.httpEndpoint ?? 'enabled') !== 'disabled',
    isPublic: spec.associatePublicIPAddress === true,
    // Where a disk does not say it, the account decides.
    isPlain: disks.some((encrypted) => encrypted !== true),
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
    return now !== undefined && !values(key).includes(now);
  });
  const known = new Set(olds.flatMap(imagesOf));
  const images = imagesOf(after).filter((image) => !known.has(image));
  return [
    ...fields.map(([, does]) => does),
    ...(images.length > 0
      ? [`nodes start from an image that is not Amazon's by its alias: ${images.join(', ')}`]
      : []),
  ];
}

/** Images that a class finds otherwise than by an alias: anybody may publish such a one. */
function imagesOf({ body }: Manifest): readonly string[] {
  return listOf(at(body, ['spec', 'amiSelectorTerms']))
    .map(fieldsOf)
    .filter(({ alias }) => textOf(alias) === undefined)
    .map((term) => JSON.stringify(term));
}
