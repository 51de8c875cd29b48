import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { ResolvedRunner } from '../../lib/fleet/resolved-fleet';
import { executorPod } from '../../tools/engines/executor-pod';
import type { KubeObject } from '../../tools/engines/kube-client';
import { DEFAULT_FLEET, render, resolveOne } from '../fleets';
import { applyFiles } from './apply';
import { fleetsOf } from './example-fleets';
import { complaintsOn, createPod } from './pods';
import { api, eventually } from './running-cluster';

const POOLS = '/apis/karpenter.sh/v1/nodepools';
const CLAIMS = '/apis/karpenter.sh/v1/nodeclaims';

/** Each example, and a short name for what it makes in the cluster. Fargate has no engine here: EKS alone places its pods. */
const EXAMPLES = [
  ['sizes', 'ex-size'],
  ['trust-tiers', 'ex-tier'],
  ['processor-ladder', 'ex-step'],
  ['accelerators', 'ex-card'],
  ['rootless-builds', 'ex-root'],
  ['multi-arch-image', 'ex-arch'],
  ['docker-in-docker', 'ex-dind'],
  ['prewarm', 'ex-warm'],
  ['thousand-jobs', 'ex-many'],
] as const;

/** Runners that the default fleet does not have. */
function ownRunners(fleet: RunnerFleetProps): readonly ResolvedRunner[] {
  const usual = new Set(DEFAULT_FLEET.runners.map(({ name }) => name));
  return resolveOne(fleet).runners.filter(({ name }) => !usual.has(name));
}

/** Devices that EC2 does not tell of: without the feature gate NodeOverlay, which is off here as by default, no node has them. */
function needsOverlay(pod: KubeObject): boolean {
  return JSON.stringify(pod.spec).includes('xilinx.com/');
}

const isReady = ({ status }: KubeObject) =>
  status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Ready' && is === 'True');

describe.each(EXAMPLES)('example %s', (example, prefix) => {
  let fleets: readonly RunnerFleetProps[];

  beforeAll(() => {
    fleets = fleetsOf(example, prefix);
  });
  afterAll(async () => {
    for (const { metadata } of await api.list('/api/v1/namespaces'))
      if (metadata.name.startsWith(`${prefix}-`))
        await api.delete(`/api/v1/namespaces/${metadata.name}/pods`, { gracePeriodSeconds: 0 });
  });

  test('is accepted as it is rendered, and its pools become Ready', async () => {
    for (const fleet of fleets) applyFiles(render(fleet).filter(({ path }) => !path.includes('/cluster/')));
    const pools = await eventually(`the pools of ${example} are Ready`, prefix, async () => {
      const own = (await api.list(POOLS)).filter(({ metadata }) => metadata.name.startsWith(`${prefix}-`));
      return own.length > 0 && own.every(isReady) && own;
    });
    expect(pools.length).toBeGreaterThanOrEqual(3);
  });

  test('has jobs that Pod Security admits, and for which Karpenter makes a node of a pool of the fleet', async () => {
    const runners = fleets.flatMap((fleet) => ownRunners(fleet).map((runner) => ({ runner, fleet })));
    const chosen =
      runners.length > 0 ? runners : [{ runner: resolveOne(fleets[0]).runners[0], fleet: fleets[0] }];
    for (const { runner } of chosen) {
      const name = `${prefix}-${runner.name}`;
      const pod = executorPod(runner, name, false);
      await createPod(pod);
      if (needsOverlay(pod)) {
        const complaints = await eventually(`Karpenter refuses ${name}`, name, async () => {
          const all = await complaintsOn(runner.jobNamespace, name);
          return all.length > 0 && all;
        });
        expect(complaints.join()).toMatch(/no instance type/);
        continue;
      }
      const pool = await eventually(
        `Karpenter makes a node for ${name}`,
        name,
        async () => {
          const { spec } = await api.get(`/api/v1/namespaces/${runner.jobNamespace}/pods/${name}`);
          if (spec.nodeName)
            return (await api.get(`/api/v1/nodes/${spec.nodeName}`)).metadata.labels['karpenter.sh/nodepool'];
          const selector = pod.spec.nodeSelector['gitlab-runner-fleet/dedicated-to'];
          const claims = await api.list(CLAIMS);
          return claims.find(
            ({ metadata }) => metadata.labels['gitlab-runner-fleet/dedicated-to'] === selector,
          )?.metadata.labels['karpenter.sh/nodepool'];
        },
        240,
      );
      expect(pool).toMatch(new RegExp(`^${prefix}-\\d-`));
    }
  });
});
