import { load, YAMLException } from 'js-yaml';
import { at, fieldsOf, isTable } from '../values/record';
import { parseToml } from '../values/toml';
import { isMime } from './user-data-parts';

/** Why user data does not do what it is meant to. */
export interface UserDataFault {
  /** An error where Karpenter starts no node with it, a warning where nodes start without what it asks for. */
  readonly severity: 'error' | 'warning';
  readonly why: string;
  readonly fix: string;
}

/** Bytes that EC2 takes, before they are encoded for its API. */
const MOST_BYTES = 16 * 1024;
/** What Karpenter adds: name, address and certificate of the cluster, labels, taints, settings of the kubelet. */
const ADDED_BYTES = 2 * 1024;

/**
 * What is wrong with the user data of a node class, by the family of its images; undefined where nothing is. Karpenter merges
 * it with its own: it reads TOML of Bottlerocket and lets its own settings win, and of AL2023 MIME parts, behind which it
 * writes a NodeConfig of its own: `nodeadm` merges them in this order, so that Karpenter's wins there as well.
 *
 * Source: pkg/providers/amifamily/bootstrap of aws/karpenter-provider-aws v1.14.1, nodeadm/internal/api/merge.go of
 * awslabs/amazon-eks-ami.
 */
export function userDataFault(family: string, text: string): UserDataFault | undefined {
  const bytes = new TextEncoder().encode(text).length;
  const added = FORMS[family] ? ADDED_BYTES : 0;
  if (bytes > MOST_BYTES - added) {
    const own = added > 0 ? `, and Karpenter adds about ${added}` : '';
    return error(
      `it has ${bytes} bytes; EC2 takes ${MOST_BYTES}${own}`,
      'let it fetch the rest from elsewhere',
    );
  }
  return text.trim() === '' ? undefined : FORMS[family]?.(text);
}

const FORMS: Readonly<Record<string, ((text: string) => UserDataFault | undefined) | undefined>> = {
  AL2023: nodeadmFault,
  Bottlerocket: bottlerocketFault,
};

function error(why: string, fix: string): UserDataFault {
  return { severity: 'error', why, fix };
}

function warning(why: string, fix: string): UserDataFault {
  return { severity: 'warning', why, fix };
}

function bottlerocketFault(text: string): UserDataFault | undefined {
  let table: ReturnType<typeof parseToml>;
  try {
    table = parseToml(text);
  } catch (thrown) {
    const [first] = (thrown as Error).message.split('\n');
    return error(
      `user data of Bottlerocket is TOML, and this is not: ${first}`,
      'write [settings.<area>] tables',
    );
  }
  if (Object.keys(table).length === 0)
    return warning('it has comments alone: Bottlerocket runs no scripts', 'write [settings.<area>] tables');
  const other = Object.keys(table).find((key) => key !== 'settings');
  if (other !== undefined)
    return warning(`Bottlerocket reads settings alone: ${other} does nothing`, 'move it below settings');
  if (at(table, ['settings', 'container-registry', 'credentials']) !== undefined)
    return warning(
      'it holds passwords of registries, which are readable in Git and by anyone who can describe the instance',
      'take them out and revoke them; pull with a pull secret, or from a mirror that asks for none',
    );
  const set = BOTTLEROCKET_ROOM.find(([key]) => at(table, ['settings', 'kubernetes', key]) !== undefined);
  return set && uncounted(`settings.kubernetes.${set[0]}`, set[1]);
}

/** What decides how much room nodes have, as each system calls it, and as a node class does. */
const BOTTLEROCKET_ROOM: readonly (readonly [string, string])[] = [
  ['max-pods', 'maxPods'],
  ['kube-reserved', 'kubeReserved'],
  ['system-reserved', 'systemReserved'],
  ['eviction-hard', 'evictionHard'],
];
const NODE_CONFIG_ROOM = ['maxPods', 'podsPerCore', 'kubeReserved', 'systemReserved', 'evictionHard'];

function uncounted(key: string, option: string): UserDataFault {
  const fix = `set kubelet.${option} of the node class instead`;
  if (option === 'maxPods')
    return warning(`Karpenter sets ${key} itself on every node, so this value has no effect`, fix);
  return warning(
    `Karpenter does not count with ${key}: nodes have other room for pods than it believes`,
    fix,
  );
}

/** Karpenter reads MIME parts, and takes what is YAML for a NodeConfig and the rest for a script. */
function nodeadmFault(text: string): UserDataFault | undefined {
  if (/^\s/.test(text))
    return error(
      'the first line is empty or indented, which the forms of user data do not allow',
      'begin with its first word',
    );
  if (isMime(text)) return mimeFault(text);
  if (text.startsWith('#!')) return undefined;
  return nodeConfigFault(text);
}

function nodeConfigFault(text: string): UserDataFault | undefined {
  let config: unknown;
  try {
    config = load(text);
  } catch (thrown) {
    const reason = thrown instanceof YAMLException ? thrown.reason : String(thrown);
    return warning(`this is neither a script nor a NodeConfig (${reason})`, FORM);
  }
  const { apiVersion, kind } = fieldsOf(config);
  if (!isTable(config) || kind !== 'NodeConfig' || !String(apiVersion).startsWith('node.eks.aws/'))
    return warning('this is neither a script nor a NodeConfig, and nodes of AL2023 take nothing else', FORM);
  const set = NODE_CONFIG_ROOM.find((key) => at(config, ['spec', 'kubelet', 'config', key]) !== undefined);
  return set === undefined ? undefined : uncounted(`spec.kubelet.config.${set}`, set);
}

const FORM =
  'begin a script with #!, a NodeConfig with apiVersion: node.eks.aws/v1alpha1, and put anything else into a MIME part';

/** Parts between boundaries, each with a header and an empty line before what it holds. */
function mimeFault(text: string): UserDataFault | undefined {
  const [header, ...rest] = text.replaceAll('\r\n', '\n').split('\n\n');
  const boundary = /^Content-Type:\s*multipart\/[^;]*;(?:.*;)?\s*boundary="?([^"\n;]+)"?/im
    .exec(header)?.[1]
    .trim();
  if (boundary === undefined)
    return error(
      'its header names no boundary of parts',
      'write Content-Type: multipart/mixed; boundary="//", and then an empty line',
    );
  const body = `\n${rest.join('\n\n')}\n`;
  const [, ...parts] = body.split(`\n--${boundary}`);
  const last = parts.pop();
  // Karpenter also reads one that ends with a boundary as it stands before a part.
  const isClosed = last !== undefined && (last.startsWith('--') || last.trim() === '');
  if (!isClosed || parts.length === 0)
    return error(
      `its parts do not end with --${boundary}--`,
      `put --${boundary} before each part, --${boundary}-- behind the last`,
    );
  for (const part of parts) {
    const [head, ...content] = part.split('\n\n');
    const type = /^Content-Type:\s*([^;\s]+)/im.exec(head)?.[1];
    if (type === undefined)
      return error('a part has no Content-Type and an empty line before what it holds', 'add them');
    const fault = type === 'application/node.eks.aws' ? nodeConfigFault(content.join('\n\n')) : undefined;
    if (fault) return fault;
  }
  return undefined;
}
