import { isDnsSubdomain, isQualifiedName } from '../values/label';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { containersOf, isOpen, missing, type RefusedValue } from './refused-value';

/**
 * Fields of a pod that API servers take alone and refuse together, and those that they never take when a pod is made.
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go, ValidatePodCreate
 */
export function togetherFaults(spec: Fields): readonly RefusedValue[] {
  return [
    ...hostFaults(spec),
    ...hostnameFaults(spec),
    ...gateFaults(spec),
    ...systemFaults(spec),
    ...resourceClaimFaults(spec),
    ...portFaults(spec),
    ...amountFaults(spec),
    ...(listOf(spec.ephemeralContainers).length === 0
      ? []
      : [
          {
            path: ['ephemeralContainers'],
            found: `${listOf(spec.ephemeralContainers).length}`,
            why: 'a pod is made without ephemeral containers, which kubectl debug adds to one that runs',
            fix: 'add a container instead',
          },
        ]),
    ...(spec.schedulingGroup === undefined || textOf(fieldsOf(spec.schedulingGroup).podGroupName)
      ? []
      : [missing(['schedulingGroup', 'podGroupName'], 'a scheduling group is named')]),
  ];
}

/** Namespaces of the host that contradict one another. */
function hostFaults(spec: Fields): RefusedValue[] {
  const shared =
    spec.shareProcessNamespace === true && spec.hostPID === true
      ? [
          {
            path: ['shareProcessNamespace'],
            found: 'true with hostPID',
            why: 'a pod either shares processes among its containers or sees those of the node',
            fix: 'remove one of the two',
          },
        ]
      : [];
  if (spec.hostUsers !== false) return shared;
  const hosts = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true);
  const devices = containersOf(spec).filter(({ container }) => listOf(container.volumeDevices).length > 0);
  return [
    ...shared,
    ...hosts.map((key) => ({
      path: [key],
      found: 'true with hostUsers: false',
      why: 'a pod with users of its own can not be in this namespace of the node',
      fix: `remove ${key}, or hostUsers`,
    })),
    ...devices.map(({ path }) => ({
      path: [...path, 'volumeDevices'],
      found: 'with hostUsers: false',
      why: 'a pod with users of its own has no block devices',
      fix: 'remove volumeDevices, or hostUsers',
    })),
  ];
}

const LONGEST_HOSTNAME = 64;

function hostnameFaults({ hostnameOverride, setHostnameAsFQDN, hostNetwork, nodeName }: Fields) {
  const found: RefusedValue[] = [];
  const node = textOf(nodeName) ?? '';
  if (node !== '' && !isOpen(node) && !isDnsSubdomain(node))
    found.push({
      path: ['nodeName'],
      found: node,
      why: 'nodes have DNS names in small letters',
      fix: 'select nodes by their labels',
    });
  const name = textOf(hostnameOverride);
  if (name === undefined || isOpen(name)) return found;
  const path = ['hostnameOverride'];
  if (!isDnsSubdomain(name) || name.length > LONGEST_HOSTNAME) {
    const why = `a DNS name of at most ${LONGEST_HOSTNAME} characters is required`;
    found.push({ path, found: name || 'an empty text', why, fix: 'write such a name' });
  }
  const other = [
    ...(setHostnameAsFQDN === true ? ['setHostnameAsFQDN'] : []),
    ...(hostNetwork === true ? ['hostNetwork'] : []),
  ];
  return [
    ...found,
    ...other.map((key) => ({
      path,
      found: `${name} with ${key}`,
      why: `${key} decides the name of the host already`,
      fix: 'remove one of the two',
    })),
  ];
}

const QUALIFIED = 'a name of at most 63 characters is required, with a domain in front where it has one';

function gateFaults({ schedulingGates, readinessGates, nodeName }: Fields): RefusedValue[] {
  const names = [
    ...listOf(schedulingGates).map((one, index) => ({
      path: ['schedulingGates', index, 'name'],
      name: textOf(fieldsOf(one).name) ?? '',
    })),
    ...listOf(readinessGates).map((one, index) => ({
      path: ['readinessGates', index, 'conditionType'],
      name: textOf(fieldsOf(one).conditionType) ?? '',
    })),
  ];
  const wrong = names
    .filter(({ name }) => !isOpen(name) && !isQualifiedName(name))
    .map(({ path, name }) => ({
      path,
      found: name || 'nothing',
      why: QUALIFIED,
      fix: 'write a name of that form',
    }));
  if (!textOf(nodeName) || listOf(schedulingGates).length === 0) return wrong;
  const why = 'a pod that waits behind scheduling gates has no node yet';
  return [
    ...wrong,
    { path: ['nodeName'], found: `${textOf(nodeName)} with gates`, why, fix: 'remove one of the two' },
  ];
}

/** Settings of a pod that only Linux has. */
const OF_LINUX = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'];
/** Settings of the security context of a pod that only Linux has. */
const OF_LINUX_PODS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const OF_LINUX_CONTAINERS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

/** What a pod says of its operating system, against what it sets. */
function systemFaults(spec: Fields): RefusedValue[] {
  const contexts = containersOf(spec).map(({ container, path }) => ({
    path: [...path, 'securityContext'],
    context: fieldsOf(container.securityContext),
  }));
  if (spec.os === undefined || spec.os === null) return signalFaults(spec);
  const name = textOf(fieldsOf(spec.os).name) ?? '';
  const pod = { path: ['securityContext'], context: fieldsOf(spec.securityContext) };
  if (name === 'linux')
    return [pod, ...contexts]
      .filter(({ context }) => isSet(context.windowsOptions))
      .map(({ path }) => ({
        path: [...path, 'windowsOptions'],
        found: 'with os: linux',
        why: 'a pod of Linux has no settings of Windows',
        fix: 'remove windowsOptions, or os',
      }));
  if (name !== 'windows')
    return [
      {
        path: ['os', 'name'],
        found: name || 'nothing',
        why: 'the known systems are linux and windows',
        fix: 'write one of them, or remove os',
      },
    ];
  const set = [
    ...OF_LINUX.filter((key) => isSet(spec[key]) && (key === 'hostUsers' || spec[key] !== false)),
    ...OF_LINUX_PODS.filter((key) => isSet(pod.context[key])).map((key) => `securityContext.${key}`),
    ...OF_LINUX_CONTAINERS.filter((key) => contexts.some(({ context }) => isSet(context[key]))).map(
      (key) => `securityContext.${key} of a container`,
    ),
  ];
  if (set.length === 0) return [];
  const why = `a pod of Windows does not have ${set.join(', ')}`;
  return [{ path: ['os', 'name'], found: 'windows', why, fix: 'remove these, or os' }];
}

/** Whether a field says something; an empty table of capabilities is what the executor leaves for Windows. */
function isSet(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function signalFaults(spec: Fields): RefusedValue[] {
  return containersOf(spec)
    .filter(({ container }) => isSet(fieldsOf(container.lifecycle).stopSignal))
    .map(({ path, container }) => ({
      path: [...path, 'lifecycle', 'stopSignal'],
      found: String(fieldsOf(container.lifecycle).stopSignal),
      why: 'signals depend on the operating system, and the pod does not name its own',
      fix: 'add os: { name: linux } to the pod',
    }));
}

/** Devices by claims: what containers name is a claim of the pod, and each claim has one source. */
function resourceClaimFaults(spec: Fields): RefusedValue[] {
  const claims = listOf(spec.resourceClaims).map(fieldsOf);
  const names = claims.map(({ name }) => textOf(name));
  return [
    ...claims.flatMap((claim, index) => {
      const sources = ['resourceClaimName', 'resourceClaimTemplateName'].filter((key) => textOf(claim[key]));
      if (sources.length === 1) return [];
      const found = sources.length === 0 ? 'nothing' : sources.join(' and ');
      const why = 'one of resourceClaimName and resourceClaimTemplateName is required';
      return [{ path: ['resourceClaims', index], found, why, fix: 'write one of them' }];
    }),
    ...containersOf(spec).flatMap(({ container, path }) =>
      listOf(fieldsOf(container.resources).claims).flatMap((one, index) => {
        const name = textOf(fieldsOf(one).name);
        if (names.includes(name)) return [];
        const at = [...path, 'resources', 'claims', index];
        const why = 'the pod has no resource claim of this name';
        return [{ path: at, found: name ?? 'nothing', why, fix: 'add it to resourceClaims of the pod' }];
      }),
    ),
  ];
}

/** Ports of the node, which two containers never share. */
function portFaults(spec: Fields): RefusedValue[] {
  const seen = new Set<string>();
  return listOf(spec.containers).flatMap((container, index) =>
    listOf(fieldsOf(container).ports).flatMap((one, place) => {
      const why = wrongPort(fieldsOf(one), spec.hostNetwork === true, seen);
      if (why === undefined) return [];
      const path = ['containers', index, 'ports', place, 'hostPort'];
      const found = textOf(fieldsOf(one).hostPort) ?? 'nothing';
      return [{ path, found, why, fix: 'change it, or leave hostPort out' }];
    }),
  );
}

/** Why a container can't have a port of the node; what it takes is added to `seen`. */
function wrongPort(port: Fields, isOnHost: boolean, seen: Set<string>): string | undefined {
  const { containerPort, hostPort, hostIP = '', protocol = 'TCP' } = port;
  if (isOnHost && hostPort !== undefined && hostPort !== containerPort)
    return `a pod on the network of the node has containerPort ${textOf(containerPort)} there`;
  const number = hostPort ?? (isOnHost ? containerPort : 0);
  if (number === 0) return undefined;
  const key = [protocol, hostIP, number].join('/');
  if (seen.has(key)) return 'another container has this port of the node';
  seen.add(key);
  return undefined;
}

/** Amounts of a pod as a whole. */
function amountFaults({ resources }: Fields): RefusedValue[] {
  return ['requests', 'limits'].flatMap((kind) =>
    Object.keys(fieldsOf(fieldsOf(resources)[kind]))
      .filter((name) => !['cpu', 'memory'].includes(name) && !name.startsWith('hugepages-'))
      .map((name) => ({
        path: ['resources', kind, name],
        found: name,
        why: 'a pod as a whole may ask for cpu, memory and huge pages only',
        fix: 'write it for the container that needs it',
      })),
  );
}
