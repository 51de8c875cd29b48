import { parse } from '@iarna/toml';
import type { ConfigToml } from '../../runner/config-toml';
import { jobPod, largestJob } from '../../runner/job-pod';
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
    expect(JSON.parse(JSON.stringify(pod))).toEqual(withoutCredentials(one));
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

/** A job variable may add an annotation; which ones is the job's matter, not the config's. */
function withoutCredentials({ pod, job }: Recorded): object | undefined {
  const { variables = {} } = job as { variables?: Record<string, string> };
  const own = Object.entries(variables).filter(([name]) => name.startsWith('KUBERNETES_POD_ANNOTATIONS_'));
  const { annotations, ...rest } = pod as { annotations: Record<string, string> };
  const kept = Object.entries(annotations).filter(
    ([key]) => !own.some(([, value]) => value.startsWith(`${key}=`)),
  );
  return { ...rest, annotations: Object.fromEntries(kept) };
}
