import fc from 'fast-check';
import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { manifestsOf } from '../../lib/cluster/parse';
import { diffCluster } from '../../lib/diff/all';
import { applyPatch } from '../../lib/fleet/patches';
import { KubeError, type KubeObject } from '../../tools/engines/kube-client';
import {
  AUTO_ALLOWED,
  AUTO_BEYOND,
  AUTO_NODE_CLASS,
  AUTO_REFUSED,
  AUTO_TRANSITIONS,
  AUTO_WITHIN,
} from '../karpenter/auto-node-class-cases';
import { api, eventually } from './running-cluster';

const PATHS: Readonly<Record<string, string>> = {
  NodeClass: '/apis/eks.amazonaws.com/v1/nodeclasses',
  NodePool: '/apis/karpenter.sh/v1/nodepools',
};

/** What the API server says to an object, fields that it does not know included; undefined where it takes it. */
async function refusal(object: KubeObject): Promise<string | undefined> {
  try {
    const query = '&dryRun=All&fieldValidation=Strict';
    await api.apply(`${PATHS[object.kind]}/${object.metadata.name}`, object, 'auto-mode', query);
    return undefined;
  } catch (error) {
    // A field that a definition lacks is answered with 500, as other errors of the server's own are.
    if (error instanceof KubeError && (error.code < 500 || /field not declared/.test(error.message)))
      return error.message;
    throw error;
  }
}

/** Whether the proof says that API servers refuse an object. */
function isFound(object: KubeObject): boolean {
  const { findings } = runChecks(observe(manifestsOf([object]).manifests));
  return findings.some(({ id, severity }) => id.startsWith('schema/') && severity === 'error');
}

const nodeClass = (spec: object, metadata: object = {}): KubeObject =>
  applyPatch(AUTO_NODE_CLASS, { metadata, spec }) as KubeObject;

test('the API server answers to each rule with its own words', async () => {
  for (const { spec, message } of AUTO_REFUSED) expect(await refusal(nodeClass(spec))).toContain(message);
});

test.each([
  ['refused', AUTO_REFUSED],
  ['taken', AUTO_ALLOWED],
  ['at a bound', AUTO_WITHIN],
  ['beyond a bound', AUTO_BEYOND],
])('the API server and the proof agree on every NodeClass that is %s', async (_, cases) => {
  for (const { spec } of cases) {
    const object = nodeClass(spec);
    expect([spec, isFound(object)]).toEqual([spec, (await refusal(object)) !== undefined]);
  }
});

test('the API server and the proof agree on NodeClasses with several of these at once', async () => {
  const all = [...AUTO_REFUSED, ...AUTO_ALLOWED, ...AUTO_WITHIN, ...AUTO_BEYOND].map(({ spec }) => spec);
  const several = fc.sample(fc.subarray(all, { minLength: 2, maxLength: 5 }), 300);
  // Rather those that are taken: of three changes at random one is refused nearly always.
  const fine = [...AUTO_ALLOWED, ...AUTO_WITHIN].map(({ spec }) => spec);
  const mostlyFine = fc.sample(fc.subarray(fine, { minLength: 2, maxLength: 5 }), 200);
  const verdicts = [];
  for (const specs of [...several, ...mostlyFine]) {
    const spec = specs.reduce((before: object, one) => applyPatch(before, one) as object, {});
    const object = nodeClass(spec);
    const isRefused = (await refusal(object)) !== undefined;
    expect([spec, isFound(object)]).toEqual([spec, isRefused]);
    verdicts.push(isRefused);
  }
  expect(verdicts.filter((isRefused) => isRefused).length).toBeGreaterThan(100);
  expect(verdicts.filter((isRefused) => !isRefused).length).toBeGreaterThan(100);
});

test.each([
  'amiFamily',
  'amiSelectorTerms',
  'blockDeviceMappings',
  'detailedMonitoring',
  'instanceStorePolicy',
  'kubelet',
  'metadataOptions',
  'userData',
])('%s, which only an EC2NodeClass has, is refused by both', async (field) => {
  const object = nodeClass({ [field]: {} });
  expect(await refusal(object)).toMatch(new RegExp(`${field}: field not declared`));
  expect(isFound(object)).toBe(true);
});

test.each(AUTO_TRANSITIONS)(
  'the API server refuses $spec after $before, as the diff says',
  async ({ before, spec, message }) => {
    const [old, now] = [before, spec].map((one) => nodeClass(one, { name: 'auto-transition' }));
    const { impacts } = diffCluster(manifestsOf([old]).manifests, manifestsOf([now]).manifests);
    expect(impacts.map(({ id }) => id)).toContain('immutable-field');
    await api.apply(`${PATHS.NodeClass}/auto-transition`, old, 'auto-mode');
    try {
      expect(await refusal(now)).toContain(message);
    } finally {
      await api.delete(`${PATHS.NodeClass}/auto-transition`);
    }
  },
);

/** A pool of Auto Mode with the lifetime that is given; null removes a field. */
function nodePool(expireAfter: string, terminationGracePeriod: string | null): KubeObject {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'auto-lifetime' },
    spec: {
      limits: { cpu: '100' },
      disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '1m' },
      template: {
        spec: {
          nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name: 'auto-lifetime' },
          requirements: [{ key: 'eks.amazonaws.com/instance-category', operator: 'In', values: ['c'] }],
          expireAfter,
          ...(terminationGracePeriod && { terminationGracePeriod }),
        },
      },
    },
  };
}

describe('the lifetime of nodes', () => {
  beforeAll(() =>
    // A policy is in force a moment after it is there.
    eventually(
      'the policy is in force',
      'auto-lifetime',
      async () => (await refusal(nodePool('Never', '1h'))) !== undefined,
    ),
  );

  test.each<[expireAfter: string, grace: string | null, isTaken: boolean]>([
    ['480h', '24h', true],
    ['480h', null, true],
    ['480h1s', null, false],
    ['503h', '1h', true],
    ['503h', '1h1s', false],
    ['336h', '168h', true],
    ['336h', '169h', false],
    ['720h', '1h', false],
    ['1h', '720h', false],
    ['Never', '1h', false],
    ['Never', null, false],
    ['30240m', '0s', true],
    ['30241m', '0s', false],
    ['1814400s', '0s', true],
    ['251h90m', '251h30m', true],
  ])(
    '%s with a grace of %s is judged alike by the API server and the proof',
    async (expireAfter, grace, isTaken) => {
      const object = nodePool(expireAfter, grace);
      expect([isFound(object), (await refusal(object)) === undefined]).toEqual([!isTaken, isTaken]);
    },
  );

  test('is judged for pools of Auto Mode alone', async () => {
    const pool = nodePool('720h', '24h');
    pool.spec.template.spec.nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'a' };
    pool.spec.template.spec.requirements = [];
    expect([isFound(pool), await refusal(pool)]).toEqual([false, undefined]);
  });
});

test('a NodeClass named default, which EKS manages, is refused by both', async () => {
  const object = nodeClass({}, { name: 'default' });
  const { findings } = runChecks(observe(manifestsOf([object]).manifests));
  expect(findings.map(({ id }) => id)).toContain('auto-mode/default-class');
  const refused = await eventually('the policy is in force', 'default', () => refusal(object));
  expect(refused).toMatch(/"default" is the NodeClass that EKS manages/);
});
