import { ORPHAN_CLEANUP_SCRIPT } from '../../lib/fleet/orphan-cleanup-script';

/** The program as a function of what it takes from its surroundings; the very text that the CronJob has. */
const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>;
const program = new AsyncFunction(
  'readFileSync',
  'process',
  'fetch',
  'console',
  ORPHAN_CLEANUP_SCRIPT.replace(/^import .*\n/, ''),
);

const POD = {
  metadata: { name: 'orphan', uid: 'a-b-c', creationTimestamp: '2026-11-26T10:00:00Z' },
  spec: { activeDeadlineSeconds: 3600 },
  status: { phase: 'Pending' },
};

/** Runs it against an API server that has one pod, eight hours old. */
async function run(env: object = {}, headers: object = { date: 'Thu, 26 Nov 2026 18:00:00 GMT' }) {
  const process = {
    env: {
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      NAMESPACES: 'gitlab-jobs',
      SELECTOR: 'a=b',
      LONGEST_JOB_SECONDS: '7200',
      SPARE_SECONDS: '600',
      ...env,
    },
    exitCode: 0,
  };
  const asked: string[] = [];
  const said: string[] = [];
  const say = (...words: unknown[]) => said.push(words.join(' ').trim());
  const answer = async (url: string, { method }: { method: string }) => {
    asked.push(`${method} ${new URL(url).pathname}`);
    return {
      ok: true,
      json: async () => ({ metadata: {}, items: [POD] }),
      headers: new Headers(headers as Record<string, string>),
    };
  };
  await program(() => 'token', process, answer, { log: say, error: say });
  return { asked, said, exitCode: process.exitCode };
}

const PODS = '/api/v1/namespaces/gitlab-jobs/pods';

test('a pod past its deadline is deleted and named', async () => {
  expect(await run()).toEqual({
    asked: [`GET ${PODS}`, `DELETE ${PODS}/orphan`],
    said: ['deleted gitlab-jobs/orphan Pending deadline 2026-11-26T11:10:00.000Z'],
    exitCode: 0,
  });
});

test('DRY_RUN names the pods and deletes none', async () => {
  expect(await run({ DRY_RUN: 'true' })).toEqual({
    asked: [`GET ${PODS}`],
    said: ['would delete gitlab-jobs/orphan Pending deadline 2026-11-26T11:10:00.000Z'],
    exitCode: 0,
  });
  expect((await run({ DRY_RUN: 'false' })).asked).toHaveLength(2);
});

test('without the time of the API server it deletes nothing, says so and fails', async () => {
  expect(await run({}, {})).toEqual({
    asked: [`GET ${PODS}`],
    said: ['gitlab-jobs: no Date header in the answer of the API server: no pod was deleted'],
    exitCode: 1,
  });
});
