import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { PrewarmProps } from '../../lib/fleet/props/prewarm';
import type { KubeObject } from '../../tools/engines/kube-client';
import { render } from '../fleets';
import { applyFiles } from './apply';
import { api, eventually, kubectl } from './running-cluster';
import { StandInManager } from './stand-in-manager';

const NAMESPACE = 'warm-jobs';
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;

/** A fleet of one runner that holds room for so many jobs; none for 0. */
function fleetWith(jobs: number): RunnerFleetProps {
  const prewarm: PrewarmProps = { jobs, hours: ['* * * * *'], timezone: 'UTC' };
  return {
    name: 'warm',
    prefix: 'warm',
    gitlabUrl: 'https://gitlab.example.com',
    runners: [{ name: 'jobs', arch: 'amd64', capacity: 'on-demand', ...(jobs > 0 && { prewarm }) }],
  };
}

async function applied(jobs: number): Promise<ReturnType<typeof render>> {
  const files = render(fleetWith(jobs));
  applyFiles(files);
  return files;
}

const pauseDeployments = async (): Promise<readonly KubeObject[]> =>
  (await api.list(DEPLOYMENTS)).filter(({ metadata }: KubeObject) =>
    metadata.name.startsWith('runner-pause-'),
  );

/** Replicas that a Deployment was seen to have, while managers go on for some time. */
async function replicasWithin(seconds: number, manager: StandInManager): Promise<readonly number[]> {
  const seen: number[] = [];
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const found = await api.find(`${DEPLOYMENTS}/${manager.deployment}`);
    seen.push(found?.spec.replicas ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return [...new Set(seen)].sort((a, b) => a - b);
}

/** Until a manager has made its Deployment, or taken it over. */
async function holding(manager: StandInManager): Promise<KubeObject> {
  return eventually(`${manager.deployment} has its replicas`, manager.deployment, async () => {
    const found = await api.find(`${DEPLOYMENTS}/${manager.deployment}`);
    return found?.spec.replicas === manager.wanted && found;
  });
}

afterEach(async () => {
  await api.delete(DEPLOYMENTS);
});

test('in a roll-out each manager keeps pause pods of its own, and the old one takes only its own away', async () => {
  const old = await StandInManager.of(await applied(8), 'jobs');
  old.start();
  await holding(old);
  const next = await StandInManager.of(await applied(3), 'jobs');
  next.start();
  const { metadata } = await holding(next);

  expect(next.deployment).not.toBe(old.deployment);
  expect(next.wanted).toBeLessThan(old.wanted);
  expect(await replicasWithin(2, old)).toEqual([old.wanted]);
  expect(await replicasWithin(2, next)).toEqual([next.wanted]);

  await old.stop();
  expect(await replicasWithin(2, next)).toEqual([next.wanted]);
  expect((await pauseDeployments()).map(({ metadata: { uid } }) => uid)).toEqual([metadata.uid]);
  await next.stop();
  expect(await pauseDeployments()).toEqual([]);
});

test('two managers with one system id scale and delete the same pause pods, which is what the ids are for', async () => {
  const files = await applied(8);
  const sameId = files.map(({ path, text }) => ({
    path,
    text: text.replace(/idle_count = \d+/, 'idle_count = 2'),
  }));
  const old = await StandInManager.of(files, 'jobs');
  const next = await StandInManager.of(sameId, 'jobs');
  expect(next.deployment).toBe(old.deployment);
  old.start();
  const { metadata } = await holding(old);
  next.start();
  expect(await replicasWithin(3, next)).toEqual(expect.arrayContaining([next.wanted, old.wanted]));
  await old.stop();
  const after = await holding(next);
  expect(after.metadata.uid).not.toBe(metadata.uid);
  await next.stop();
});

test('a manager that drains when prewarm was taken away still deletes its pause pods', async () => {
  const old = await StandInManager.of(await applied(4), 'jobs');
  old.start();
  await holding(old);
  await applied(0);
  await old.stop();
  expect(await pauseDeployments()).toEqual([]);
});

test('what a killed manager leaves goes by the command that diff names', async () => {
  const files = await applied(4);
  const killed = await StandInManager.of(files, 'jobs');
  killed.start();
  await holding(killed);
  await killed.kill();
  expect(await pauseDeployments()).toHaveLength(1);
  const systemId = /\.runner_system_id: (\S+)/.exec(files.map(({ text }) => text).join('\n'))?.[1];
  const selector = `runner.gitlab.com/pause-pod=true,manager.runner.gitlab.com/system-id=${systemId}`;
  kubectl('--namespace', NAMESPACE, 'delete', 'deployments.apps', '--selector', selector);
  expect(await pauseDeployments()).toEqual([]);
});
