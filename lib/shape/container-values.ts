import type { FieldPath } from '../values/field-path';
import { parseImage } from '../values/image';
import { isQualifiedName } from '../values/label';
import { parseQuantity } from '../values/quantity';
import { type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { backsteps, isOpen, type Named, type RefusedValue } from './refused-value';
import { variableFaults } from './variable-values';

/** Single values of a container that API servers refuse. */
export function containerFaults(container: Fields, path: FieldPath, spec: Fields): readonly RefusedValue[] {
  const context = [...path, 'securityContext'];
  return [
    ...userFaults(container.securityContext, context),
    ...profileFaults(container.securityContext, context),
    ...powerFaults(fieldsOf(container.securityContext), context),
    ...procMountFaults(container, path, spec),
    ...mountFaults(container, path),
    ...deviceFaults(container, path, spec),
    ...amountFaults(container, path),
    ...pagesAlone(container, path),
    ...portFaults(container, path),
    ...portNameFaults(container, path),
    ...variableFaults(container, path),
    ...['postStart', 'preStop'].flatMap((hook) =>
      handlerFaults(fieldsOf(container.lifecycle)[hook], [...path, 'lifecycle', hook]),
    ),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
      probeFaults(container[probe], [...path, probe]),
    ),
  ];
}

const USERS = ['runAsUser', 'runAsGroup', 'fsGroup'];
const MOST_ID = 2 ** 31 - 1;

/** Users and groups of a pod or a container. */
export function userFaults(context: unknown, path: FieldPath): RefusedValue[] {
  const fields = fieldsOf(context);
  const ids: Named[] = [
    ...USERS.map((key): Named => [[...path, key], fields[key]]),
    ...listOf(fields.supplementalGroups).map(
      (one, index): Named => [[...path, 'supplementalGroups', index], one],
    ),
  ];
  return ids.flatMap(([at, id]) => {
    if (typeof id !== 'number' || (id >= 0 && id <= MOST_ID)) return [];
    const why = `users and groups are numbers from 0 to ${MOST_ID}`;
    return [{ path: at, found: String(id), why, fix: 'write a number in that range, for example 1000' }];
  });
}

/** A container sees all of /proc only where it has users of its own. */
function procMountFaults({ securityContext }: Fields, path: FieldPath, spec: Fields): RefusedValue[] {
  if (fieldsOf(securityContext).procMount !== 'Unmasked' || spec.hostUsers === false) return [];
  return [
    {
      path: [...path, 'securityContext', 'procMount'],
      found: 'Unmasked',
      why: 'an unmasked /proc requires hostUsers: false',
      fix: 'leave it out, or set hostUsers: false for the pod (with pod_spec, in a config.toml)',
    },
  ];
}

function mountFaults({ volumeMounts, securityContext }: Fields, path: FieldPath): RefusedValue[] {
  return listOf(volumeMounts).flatMap((mount, index) => {
    const { mountPath, subPath, subPathExpr, mountPropagation } = textsOf(mount);
    const { recursiveReadOnly, readOnly } = fieldsOf(mount);
    const way = [...path, 'volumeMounts', index];
    return [
      ...(subPath && subPathExpr
        ? [
            {
              path: [...way, 'subPathExpr'],
              found: subPathExpr,
              why: 'a mount has either a subPath or a subPathExpr',
              fix: 'remove one of the two',
            },
          ]
        : []),
      ...(['Enabled', 'IfPossible'].includes(String(recursiveReadOnly)) && readOnly !== true
        ? [
            {
              path: [...way, 'recursiveReadOnly'],
              found: String(recursiveReadOnly),
              why: 'a mount with recursiveReadOnly must be read-only itself',
              fix: 'add readOnly: true, or remove it',
            },
          ]
        : []),
      ...((mountPath ?? '') === ''
        ? [{ path: [...way, 'mountPath'], found: 'nothing', why: 'a mount needs a path', fix: 'add it' }]
        : []),
      ...pathFaults([...way, 'subPath'], subPath),
      ...(mountPropagation === 'Bidirectional' && fieldsOf(securityContext).privileged !== true
        ? [
            {
              path: [...way, 'mountPropagation'],
              found: mountPropagation,
              why: 'only privileged containers may have it',
              fix: 'write HostToContainer, or leave it out',
            },
          ]
        : []),
    ];
  });
}

/** Block devices: claims alone can be one, and none is mounted too. */
function deviceFaults(
  { volumeDevices, volumeMounts }: Fields,
  path: FieldPath,
  spec: Fields,
): RefusedValue[] {
  const volumes = listOf(spec.volumes).map(fieldsOf);
  const mounted = listOf(volumeMounts).map((one) => fieldsOf(one).name);
  return listOf(volumeDevices).flatMap((device, index) => {
    const { name } = fieldsOf(device);
    const volume = volumes.find((one) => one.name === name);
    const isClaim = volume?.persistentVolumeClaim !== undefined || volume?.ephemeral !== undefined;
    if (isClaim && !mounted.includes(name)) return [];
    const why = isClaim
      ? 'a volume is either a device or mounted'
      : 'a device must be a volume of the pod, either a claim or an ephemeral one';
    const at = [...path, 'volumeDevices', index, 'name'];
    return [{ path: at, found: textOf(name) ?? 'nothing', why, fix: 'mount the volume instead' }];
  });
}

/** A path within a volume, which leads to nothing outside of it. */
export function pathFaults(path: FieldPath, subPath = ''): RefusedValue[] {
  if (subPath.startsWith('/'))
    return [
      { path, found: subPath, why: 'a path within the volume is required', fix: 'remove the slash in front' },
    ];
  return subPath.split('/').includes('..') ? [backsteps(path, subPath)] : [];
}

function amountFaults({ resources }: Fields, path: FieldPath): RefusedValue[] {
  const { limits } = fieldsOf(resources);
  const most = textsOf(limits);
  return ['limits', 'requests'].flatMap((kind) =>
    Object.entries(textsOf(fieldsOf(resources)[kind])).flatMap(([name, text]) => {
      // A limit stands in for a request, and is one cause.
      if (kind === 'requests' && most[name] === text) return [];
      const fault = amountFault(name, text);
      return fault === undefined ? [] : [{ path: [...path, 'resources', kind, name], ...fault }];
    }),
  );
}

const WHOLE = 1_000_000_000n;

function amountFault(name: string, text: string): Omit<RefusedValue, 'path'> | undefined {
  const amount = parseQuantity(text);
  if (amount !== undefined && amount < 0n)
    return { found: text, why: 'an amount must not be negative', fix: 'write what the container needs' };
  if (name.startsWith('hugepages-')) return pageFault(name, text, amount);
  if (['cpu', 'memory', 'ephemeral-storage'].includes(name) || OF_KUBERNETES.test(name)) return undefined;
  const isExtended = name.includes('/') && isQualifiedName(name) && !name.startsWith('requests.');
  if (!isExtended)
    return {
      found: name,
      why: `${name} is not a resource of containers; that of a device has a domain in front`,
      fix: 'write its whole name, for example nvidia.com/gpu',
    };
  if (amount === undefined || amount % WHOLE === 0n) return undefined;
  return { found: text, why: `${name} is counted in whole ones`, fix: 'write a whole number' };
}

/** Pages of memory go with memory or CPUs. */
function pagesAlone({ resources }: Fields, path: FieldPath): RefusedValue[] {
  const { requests, limits } = fieldsOf(resources);
  const names = Object.keys({ ...textsOf(requests), ...textsOf(limits) });
  const pages = names.find((name) => name.startsWith('hugepages-'));
  if (pages === undefined || names.includes('cpu') || names.includes('memory')) return [];
  const why = 'a container with huge pages must ask for memory or CPUs too';
  return [{ path: [...path, 'resources'], found: `${pages} alone`, why, fix: 'add a request of memory' }];
}

const OF_KUBERNETES = /^([a-z0-9.-]+\.)?kubernetes\.io\/[\w.-]+$/;

/** Pages come in whole ones of the size that their name says. */
function pageFault(
  name: string,
  text: string,
  amount: bigint | undefined,
): Omit<RefusedValue, 'path'> | undefined {
  const page = parseQuantity(name.slice('hugepages-'.length)) ?? 0n;
  if (amount === undefined || page <= 0n || (amount > 0n && amount % page === 0n)) return undefined;
  return {
    found: text,
    why: `${name} is asked for in whole pages`,
    fix: 'write a multiple of the size of a page',
  };
}

const MOST_PORT = 65_535;

function portFaults({ ports }: Fields, path: FieldPath): RefusedValue[] {
  return listOf(ports).flatMap((port, index) =>
    ['containerPort', 'hostPort'].flatMap((key) => {
      const number = fieldsOf(port)[key];
      if (typeof number !== 'number' || (number >= (key === 'hostPort' ? 0 : 1) && number <= MOST_PORT))
        return [];
      return [wrongPort([...path, 'ports', index, key], number)];
    }),
  );
}

const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9]|-(?!-)){0,13}[a-z0-9]?$/;

export const PORT_NAME_WANTED =
  'the name of a port has at most 15 small letters, digits and dashes, and a letter among them';

/** Whether a text may be the name of a port. */
export function isPortName(text: string): boolean {
  return PORT_NAME.test(text) && !text.endsWith('-');
}

function portNameFaults({ ports }: Fields, path: FieldPath): RefusedValue[] {
  const names = listOf(ports).map((port) => textOf(fieldsOf(port).name) ?? '');
  return names.flatMap((name, index) => {
    const fault = (why: string) => [
      { path: [...path, 'ports', index, 'name'], found: name, why, fix: 'give it another name' },
    ];
    if (name === '' || isOpen(name)) return [];
    if (!isPortName(name)) return fault(PORT_NAME_WANTED);
    return names.indexOf(name) < index ? fault('two ports of a container have different names') : [];
  });
}

function wrongPort(path: FieldPath, port: number): RefusedValue {
  const why = `ports are numbers from 1 to ${MOST_PORT}`;
  return { path, found: String(port), why, fix: 'write such a number' };
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];

/** What a hook or a probe does: one thing. */
function handlerFaults(handler: unknown, path: FieldPath): RefusedValue[] {
  if (handler === undefined || handler === null) return [];
  const fields = fieldsOf(handler);
  const kinds = HANDLERS.filter((kind) => (fields[kind] ?? undefined) !== undefined);
  if (kinds.length !== 1) {
    const found = kinds.length === 0 ? 'nothing' : kinds.join(' and ');
    return [{ path, found, why: `one of ${HANDLERS.join(', ')} is required`, fix: 'write one of them' }];
  }
  const [kind] = kinds;
  const { port, command } = fieldsOf(fields[kind]);
  if (kind === 'exec' && listOf(command).length === 0)
    return [
      { path: [...path, 'exec', 'command'], found: 'nothing', why: 'a command is required', fix: 'add it' },
    ];
  const isWrong = typeof port === 'number' && (port < 1 || port > MOST_PORT);
  return isWrong ? [wrongPort([...path, kind, 'port'], port)] : [];
}

const COUNTS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

function probeFaults(probe: unknown, path: FieldPath): RefusedValue[] {
  const fields = fieldsOf(probe);
  const below = COUNTS.filter((key) => typeof fields[key] === 'number' && fields[key] < 0);
  const { successThreshold: times } = fields;
  const isOnce =
    path.at(-1) === 'readinessProbe' || [undefined, null, 0, 1].includes(times as number | null | undefined);
  return [
    ...handlerFaults(probe, path),
    ...below.map((key) => ({
      path: [...path, key],
      found: String(fields[key]),
      why: 'it must not be negative',
      fix: 'write 0 or more',
    })),
    ...(isOnce || below.includes('successThreshold')
      ? []
      : [
          {
            path: [...path, 'successThreshold'],
            found: String(times),
            why: 'one success is enough for this probe',
            fix: 'write 1, or leave it out',
          },
        ]),
  ];
}

/** Profiles of a file on the node are named by a path below the folder of the kubelet. */
export function profileFaults(context: unknown, path: FieldPath): RefusedValue[] {
  const foreign = ['seccompProfile', 'appArmorProfile'].flatMap((key): RefusedValue[] => {
    const profile = fieldsOf(fieldsOf(context)[key]);
    const file = textOf(profile.localhostProfile);
    if (profile.type === 'Localhost' || file === undefined) return [];
    const at = [...path, key, 'localhostProfile'];
    return [{ path: at, found: file, why: 'the type Localhost alone names a file', fix: 'remove it' }];
  });
  const { type, localhostProfile } = fieldsOf(fieldsOf(context).seccompProfile);
  if (type !== 'Localhost') return foreign;
  const file = textOf(localhostProfile) ?? '';
  const way = [...path, 'seccompProfile', 'localhostProfile'];
  if (file === '')
    return [
      ...foreign,
      { path: way, found: 'nothing', why: 'the type Localhost names a file', fix: 'name it' },
    ];
  return [...foreign, ...pathFaults(way, file)];
}

/** What contradicts that no process gains rights. */
function powerFaults(
  { allowPrivilegeEscalation, privileged, capabilities }: Fields,
  path: FieldPath,
): RefusedValue[] {
  if (allowPrivilegeEscalation !== false) return [];
  const power = privileged === true ? 'privileged' : listOf(fieldsOf(capabilities).add).find(isOfSystem);
  if (power === undefined) return [];
  return [
    {
      path: [...path, 'allowPrivilegeEscalation'],
      found: `false with ${power}`,
      why: 'it allows processes to gain privileges',
      fix: `remove ${power}, or allowPrivilegeEscalation`,
    },
  ];
}

function isOfSystem(capability: unknown): boolean {
  return capability === 'CAP_SYS_ADMIN';
}

/** Images of a pod that no registry can have: the kubelet starts no container of them. */
export function impossibleImages(
  spec: Fields,
): readonly { readonly path: FieldPath; readonly found: string }[] {
  return ['initContainers', 'containers'].flatMap((list) =>
    listOf(spec[list]).flatMap((container, index) => {
      const found = textOf(fieldsOf(container).image) ?? '';
      const isFine =
        found === '' || isOpen(found) || parseImage(found.replace(/@sha512:\w+$/, '')) !== undefined;
      return isFine ? [] : [{ path: [list, index, 'image'], found }];
    }),
  );
}
