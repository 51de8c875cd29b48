import { nearestName } from '../../values/suggest';
import type { Faults } from '../fault';

/** What an option holds. `patch` is anything that can stand in YAML. */
type Shape =
  | 'text'
  | 'number'
  | 'boolean'
  | 'texts'
  | 'numbers'
  | 'map of texts'
  | 'map of numbers'
  | 'patch'
  | { readonly table: Table }
  | { readonly list: Table };
type Table = { readonly [option: string]: Shape };

const ROOT_VOLUME: Table = { size: 'text', iops: 'number', throughput: 'number', kmsKeyId: 'text' };

const NODE_CLASS: Table = {
  amiAlias: 'text',
  rootVolume: { table: ROOT_VOLUME },
  subnetTags: 'map of texts',
  securityGroupTags: 'map of texts',
  nodeRole: 'text',
  instanceProfile: 'text',
  tags: 'map of texts',
};

const NODE_POOL: Table = {
  instanceCategories: 'texts',
  instanceFamilies: 'texts',
  minGeneration: 'number',
  instanceSizes: 'texts',
  minCpu: 'number',
  maxCpu: 'number',
  zones: 'texts',
  limits: { table: { cpu: 'text', memory: 'text' } },
  expireAfter: 'text',
  terminationGracePeriod: 'text',
  consolidateAfter: 'text',
  consolidationPolicy: 'text',
  budgets: { list: { nodes: 'text', reasons: 'texts', schedule: 'text', duration: 'text' } },
  nodeLabels: 'map of texts',
  devices: 'map of numbers',
  nodeClass: { table: NODE_CLASS },
  patches: 'patch',
};

const RANGE: Table = { request: 'text', limit: 'text', maxRequest: 'text', maxLimit: 'text' };
const CONTAINER: Table = {
  cpu: { table: RANGE },
  memory: { table: RANGE },
  ephemeralStorage: { table: RANGE },
};

const RUNNER: Table = {
  runnerVersion: 'text',
  imageFlavor: 'text',
  concurrency: 'number',
  requestConcurrency: 'number',
  managers: 'number',
  tags: 'texts',
  jobImage: 'text',
  build: { table: CONTAINER },
  helper: { table: CONTAINER },
  service: { table: CONTAINER },
  longestJob: 'text',
  drain: 'text',
  pollTimeout: 'text',
  privileged: 'boolean',
  rootlessBuilds: 'boolean',
  allowPrivilegeEscalation: 'boolean',
  pullPolicy: 'text',
  serviceAccount: 'text',
  jobNamespace: 'text',
  pool: 'text',
  devices: 'map of numbers',
  nodeSelector: 'map of texts',
  tolerations: 'map of texts',
  podLabels: 'map of texts',
  podAnnotations: 'map of texts',
  cache: {
    table: {
      bucket: 'text',
      region: 'text',
      identity: 'text',
      roleArn: 'text',
      path: 'text',
      shared: 'boolean',
    },
  },
  prewarm: { table: { jobs: 'number', hours: 'texts', timezone: 'text' } },
  config: { table: { global: 'patch', runner: 'patch' } },
  patches: 'patch',
};

const RUNNER_TOKEN: Table = {
  secret: 'text',
  key: 'text',
  storeKey: 'text',
  property: 'text',
  version: 'text',
};
const TOKENS: Table = {
  from: 'text',
  store: 'text',
  storeKind: 'text',
  keyPrefix: 'text',
  property: 'text',
  refreshInterval: 'text',
};

/** Every option of a fleet with the type of its value; a test holds it against the interfaces. */
export const FLEET_SHAPE: Table = {
  name: 'text',
  clusterName: 'text',
  gitlabUrl: 'text',
  prefix: 'text',
  managerNamespace: 'text',
  imageRegistry: 'text',
  runners: {
    list: { ...RUNNER, name: 'text', arch: 'text', capacity: 'text', token: { table: RUNNER_TOKEN } },
  },
  runnerDefaults: { table: RUNNER },
  nodeClass: { table: NODE_CLASS },
  nodePoolDefaults: { table: NODE_POOL },
  nodePools: { list: { ...NODE_POOL, pool: 'text', arch: 'text', capacity: 'text' } },
  managerNodePool: { table: NODE_POOL },
  tokens: { table: TOKENS },
  fargate: { table: { region: 'text', managers: 'boolean', logRetentionDays: 'number' } },
  network: { table: { jobPorts: 'numbers', metricsFrom: 'texts' } },
  labels: 'map of texts',
  patches: 'patch',
};

/** Whether `synth()` was given a list, whatever is in it. */
export function isFleetList(faults: Faults, fleets: unknown): boolean {
  if (!Array.isArray(fleets))
    faults.add('main.ts', describe(fleets), 'synth() takes a list of fleets', 'write synth([{ ... }])');
  return Array.isArray(fleets);
}

/**
 * Notes lists, tables and options of another shape than the compiler would let pass: descriptions also come from
 * JavaScript, from files and through casts.
 */
export function checkShape(faults: Faults, fleet: unknown): void {
  if (!isTable(fleet)) {
    faults.add(
      '(the whole)',
      describe(fleet),
      'a fleet is an object with its options',
      "write { name: '...', runners: [...] }",
    );
    return;
  }
  checkTable(faults, fleet, FLEET_SHAPE, '');
  if (fleet.runners === undefined) {
    faults.add(
      'runners',
      undefined,
      'a fleet has runners',
      "add runners: [{ name: 'amd64-spot', arch: 'amd64', capacity: 'spot' }]",
    );
  }
}

function checkTable(faults: Faults, value: unknown, table: Table, path: string): void {
  if (!isTable(value)) {
    faults.add(path, describe(value), 'an object with options', 'write { ... }, or leave it out');
    return;
  }
  for (const [option, item] of Object.entries(value)) {
    const place = path === '' ? option : `${path}.${option}`;
    if (item === undefined) continue;
    if (Object.hasOwn(table, option)) checkValue(faults, item, table[option], place);
    else {
      const near = nearestName(option, Object.keys(table));
      faults.add(
        place,
        option,
        'there is no such option',
        near ? `write ${near}` : 'leave it out; docs/options.md lists the options',
      );
    }
  }
}

function checkValue(faults: Faults, value: unknown, shape: Shape, place: string): void {
  if (typeof shape === 'string') checkPlain(faults, value, shape, place);
  else if ('table' in shape) checkTable(faults, value, shape.table, place);
  else if (!Array.isArray(value)) faults.add(place, describe(value), 'a list of objects', 'write [{ ... }]');
  else
    for (const [index, item] of value.entries()) checkTable(faults, item, shape.list, `${place}[${index}]`);
}

function checkPlain(faults: Faults, value: unknown, shape: Shape & string, place: string): void {
  if (shape === 'map of texts') checkMap(faults, value, place, 'text');
  else if (shape === 'map of numbers') checkMap(faults, value, place, 'number');
  else if (shape === 'patch') checkPatchValue(faults, value, place);
  else if (shape === 'texts') checkItems(faults, value, place, 'text');
  else if (shape === 'numbers') checkItems(faults, value, place, 'number');
  else checkScalar(faults, value, shape, place);
}

function checkScalar(faults: Faults, value: unknown, shape: string, place: string): void {
  if (isRangeNull(value, place)) return;
  if (shape === 'boolean' && typeof value !== 'boolean')
    faults.add(place, value, 'true or false', 'write true or false, without quotes');
  // A text where a number belongs, and a number for a text, is told by the rule of its own field, with a better fix.
  else if (!['string', 'number', 'boolean'].includes(typeof value))
    faults.add(place, describe(value), `a ${shape}`, 'leave it out, or write one');
}

function checkItems(faults: Faults, value: unknown, place: string, noun: 'text' | 'number'): void {
  if (!Array.isArray(value)) {
    faults.add(place, describe(value), 'a list', 'write [ ... ]');
    return;
  }
  for (const [index, item] of value.entries()) {
    const isScalar = ['string', 'number', 'boolean', 'undefined'].includes(typeof item);
    if (!isScalar) faults.add(`${place}[${index}]`, describe(item), `a ${noun}`, `write a ${noun}`);
  }
}

function checkMap(faults: Faults, value: unknown, place: string, noun: 'text' | 'number'): void {
  if (!isTable(value)) {
    faults.add(
      place,
      describe(value),
      `an object of keys and ${noun}s`,
      noun === 'text' ? "write { key: 'value' }" : 'write { key: 1 }',
    );
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'object' && item !== null) {
      faults.add(`${place}[${JSON.stringify(key)}]`, describe(item), `a ${noun}`, `write a ${noun}`);
    }
  }
}

/** What goes into YAML as it is must be data: no cycles, no functions. */
function checkPatchValue(faults: Faults, value: unknown, place: string): void {
  if (!isTable(value)) {
    faults.add(place, describe(value), 'an object', 'write { ... }');
    return;
  }
  try {
    structuredClone(value);
    JSON.stringify(value);
  } catch {
    faults.add(
      place,
      'no data',
      'what goes into YAML is data, without cycles and functions',
      'write plain objects, lists and values',
    );
  }
}

/** Ranges of resources take null to remove a default. */
function isRangeNull(value: unknown, place: string): boolean {
  return value === null && /\.(request|limit|maxRequest|maxLimit)$/.test(place);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
