import { parse } from '@iarna/toml';
import type { ConfigToml } from '../../lib/gitlab-runner/config/toml';
import { type JobPod, jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { largestJob } from '../../lib/gitlab-runner/executor/job-resources';
import recorded from './fixtures/executor-pods.json';

interface Recorded {
  readonly name: string;
  readonly config: string;
  readonly job: object;
  readonly outcome: string;
  readonly pod?: object;
}

const cases = recorded.cases as readonly Recorded[];
const runnerOf = (config: string) => (parse(config) as unknown as ConfigToml).runners[0];
/** One case fails by what its patch of the pod's spec asks of the API server, which no config tells. */
const derived = cases.filter(({ name }) => name !== 'advanced-pod-spec');

test.each(derived.filter(({ pod }) => pod).map((one) => [one.name, one]))(
  'the executor made the same pod: %s',
  (_, one) => {
    const pod = jobPod(runnerOf(one.config), one.job);
    expect(comparable(pod)).toEqual(one.pod);
  },
);

test.each(derived.filter(({ pod }) => !pod).map((one) => [one.name, one]))(
  'the executor refused the same job: %s',
  (_, one) => {
    expect(jobPod(runnerOf(one.config), one.job)).toMatchObject({ refused: one.outcome });
  },
);

test('all 31 recorded cases are looked at', () => {
  expect(cases).toHaveLength(31);
  expect(derived).toHaveLength(30);
});

test('the largest job asks for every ceiling', () => {
  const full = cases.find(({ name }) => name === 'full-arm64-spot') as Recorded;
  expect(largestJob(runnerOf(full.config)).variables).toEqual({
    KUBERNETES_CPU_REQUEST: '4',
    KUBERNETES_CPU_LIMIT: '4',
    KUBERNETES_MEMORY_REQUEST: '8Gi',
    KUBERNETES_MEMORY_LIMIT: '8Gi',
  });
  const pod = jobPod(runnerOf(full.config), largestJob(runnerOf(full.config)));
  expect(pod).toMatchObject({ containers: [{ resources: { requests: { cpu: '4', memory: '8Gi' } } }, {}] });
});

/** The fields that the recording kept, each whole. */
function comparable(pod: object): object {
  const { namespace, annotations, nodeSelector, nodeAffinity, tolerations, serviceAccountName, ...rest } =
    pod as JobPod;
  const { terminationGracePeriodSeconds, activeDeadlineSeconds } = rest;
  const containers = (list: JobPod['containers']) =>
    list.map(({ name, image, resources, privileged, allowPrivilegeEscalation }) => ({
      ...{ name, image, resources, privileged, allowPrivilegeEscalation },
    }));
  return JSON.parse(
    JSON.stringify({
      ...{ namespace, annotations, nodeSelector, nodeAffinity, tolerations, serviceAccountName },
      ...{ terminationGracePeriodSeconds, activeDeadlineSeconds },
      initContainers: containers(rest.initContainers),
      containers: containers(rest.containers),
    }),
  );
}
