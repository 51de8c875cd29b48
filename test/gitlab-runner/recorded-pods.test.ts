import { forbiddenControls } from '../../lib/cluster/pod-security';
import type { RunnerTable } from '../../lib/gitlab-runner/config/toml';
import type { Job } from '../../lib/gitlab-runner/executor/job';
import { type JobPod, jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { refusedParts } from '../../lib/shape/pod-rules';
import { merge } from '../../lib/values/merge';
import recorded from './fixtures/executor-pods-19.3.json';

interface Recorded {
  readonly name: string;
  readonly config?: object;
  readonly job?: Job;
  /** Why the API server refused the pod. */
  readonly refused?: string;
  readonly pod: Fields;
}

type Fields = Readonly<Record<string, unknown>>;
type Containers = Readonly<Record<string, object | null>>;

const PATCH = { nulls: 'remove', lists: 'replace' } as const;
const cases = recorded.cases as unknown as readonly Recorded[];
const isPodSecurity = ({ refused }: Recorded) => refused?.startsWith('Pod Security') ?? false;
/** Pods that the API server took, or sent back by what their namespace enforces, which no config.toml says. */
const made = cases.filter((one) => one.refused === undefined || isPodSecurity(one));

/** What the derivation leaves out, and no more: a case that has it, where it would stand, and why it decides nothing. */
const LEFT_OUT: readonly (readonly [name: string, key: string, reason: string])[] = [
  ['hostaliases default', 'hostAliases', 'names of hosts say nothing of where a pod lands or what it may do'],
  ['dns default', 'dnsPolicy', 'nor do name servers'],
  ['dns default', 'dnsConfig', 'nor do name servers'],
  ['entrypoint default', 'args', 'what runs in a container is up to the job'],
  ['entrypoint default', 'command', 'what runs in a container is up to the job'],
  ['default/amd64-spot default', 'env', 'variables are the job'],
  ['default/amd64-spot svc-ports', 'ports', 'a port of a container opens nothing'],
  ['default/amd64-spot default', 'job.runner.gitlab.com/pod', 'labels of the runner tell of the job'],
  ['default/amd64-spot default', 'job.runner.gitlab.com/id', 'annotations of the runner tell of the job'],
];

test.each(LEFT_OUT)('the pod of %s is derived without %s: %s', (name, key) => {
  const pod = derived(cases.find((one) => one.name === name) as Recorded);
  expect(JSON.stringify(pod)).not.toContain(`"${key}"`);
});

test('all 143 recorded pods are looked at', () => {
  expect(cases).toHaveLength(143);
  expect(made).toHaveLength(140);
});

test.each(made.map((one) => [one.name, one]))('the executor made the derived pod: %s', (_, one) => {
  const pod = derived(one);
  expect(comparable(pod)).toEqual(expanded(one.pod));
});

test.each(cases.filter((one) => !made.includes(one)).map((one) => [one.name, one]))(
  'the API server refuses the pod, and the derivation makes none: %s',
  (_, one) => {
    expect(derived(one)).toMatchObject({ refused: 'runner_system_failure' });
  },
);

test('no part of a pod that the API server took is one that it refuses', () => {
  const refused = made.flatMap((one) => {
    const { nodeAffinity, podAffinity, podAntiAffinity, ...spec } = derived(one) as JobPod;
    const parts = refusedParts({ ...spec, affinity: { nodeAffinity, podAffinity, podAntiAffinity } });
    return parts.map(({ path, found }) => [one.name, path.join('.'), found]);
  });
  expect(refused).toEqual([]);
});

test('the pods that Pod Security refused are those that the baseline level forbids', () => {
  const forbidden = made.filter((one) => {
    const { annotations, ...spec } = derived(one) as JobPod;
    // Rootless builds have a namespace of their own, which lets them in.
    if (spec.namespace !== 'gitlab-jobs') return false;
    const pod = { annotations, spec: spec as unknown as Fields };
    return forbiddenControls({ level: 'baseline', minor: 36 }, pod).length > 0;
  });
  expect(forbidden.map(({ name }) => name)).toEqual(made.filter(isPodSecurity).map(({ name }) => name));
});

function derived({ config = {}, job }: Recorded) {
  const table = merge(recorded.config, config, PATCH) as RunnerTable;
  return jobPod(
    { ...table, name: 'r', url: 'https://gitlab.example.com', token: '', executor: 'kubernetes' },
    job,
  );
}

/** A whole pod of what a case says of it. */
function expanded({
  initContainersOrder,
  containersOrder,
  initContainers,
  containers,
  ...rest
}: Fields): object {
  return {
    ...(merge(recorded.pod, rest, PATCH) as object),
    initContainers: listOfContainers(recorded.pod.initContainers, initContainers, initContainersOrder),
    containers: listOfContainers(recorded.pod.containers, containers, containersOrder),
  };
}

function listOfContainers(usual: Containers, changes: unknown = {}, order?: unknown): object[] {
  const changed = changes as Containers;
  const names = (order ?? Object.keys({ ...usual, ...changed })) as readonly string[];
  return names
    .filter((name) => changed[name] !== null)
    .map((name) => ({
      name,
      ...(merge(usual[name] ?? recorded.service, changed[name] ?? {}, PATCH) as object),
    }));
}

/** A derived pod in the form of the recording: lists that the runner has in any order are sorted. */
function comparable(pod: object): object {
  const { tolerations, initContainers, containers, schedulerName, ...rest } = pod as JobPod;
  const plain = (list: JobPod['containers']) =>
    list.map(({ privileged: _, allowPrivilegeEscalation: __, ...container }) =>
      withSortedCapabilities(container),
    );
  return JSON.parse(
    JSON.stringify({
      ...rest,
      // The API server puts its own scheduler there.
      schedulerName: schedulerName === 'default-scheduler' ? undefined : schedulerName,
      tolerations: tolerations
        .slice()
        .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
      initContainers: plain(initContainers),
      containers: plain(containers),
    }),
  );
}

function withSortedCapabilities<T extends { readonly securityContext: Fields }>(container: T): T {
  const { capabilities, ...rest } = container.securityContext;
  if (capabilities === undefined) return container;
  const sorted = Object.entries(capabilities as Record<string, string[]>).map(([key, names]) => [
    key,
    names.slice().sort(),
  ]);
  return { ...container, securityContext: { ...rest, capabilities: Object.fromEntries(sorted) } };
}
