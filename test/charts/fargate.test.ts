import { load as parse } from 'js-yaml';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { render } from '../fleets';

const FLEET: RunnerFleetProps = {
  name: 'a',
  fargate: { region: 'eu-west-1' },
  runners: [{ name: 'one', arch: 'amd64', capacity: 'fargate' }],
};
const ALL: RunnerFleetProps = { ...FLEET, fargate: { region: 'eu-west-1', managers: true } };

test('the profile is what eksctl takes, and there are no pools where everything is on Fargate', () => {
  const files = render(ALL);
  const profile = files.find(({ path }) => path === 'a/cluster/clusterconfig.yaml');
  const labels = { 'gitlab-runner-fleet/compute': 'fargate' };
  expect(parse(profile?.text ?? '')).toEqual({
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: 'a', region: 'eu-west-1' },
    fargateProfiles: [
      { name: 'gitlab-jobs', selectors: [{ namespace: 'gitlab-jobs', labels }] },
      { name: 'gitlab-managers', selectors: [{ namespace: 'gitlab-runners', labels }] },
    ],
  });
  expect(files.filter(({ path }) => path.startsWith('a/karpenter/'))).toEqual([]);
});

test('pods on Fargate have no selector of Karpenter and no toleration', () => {
  const texts = render(ALL)
    .filter(({ path }) => /one\/(configmap|deployment)/.test(path))
    .map(({ text }) => text);
  expect(texts).toHaveLength(2);
  for (const text of texts) expect(text).not.toMatch(/karpenter|toleration|dedicated-to/);
});

test('two fleets of a cluster on Fargate would write its one log configuration twice', () => {
  const other = { ...FLEET, name: 'b', clusterName: 'a', prefix: 'b' };
  expect(() => resolveFleets([FLEET, other], new Map())).toThrow(
    /prefix: "aws-observability".*fleet a renders objects of these names/s,
  );
});
