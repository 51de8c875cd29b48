import { observe } from '../../lib/cluster/observe';
import { type Change, edited, FLEET, parsed } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG } from './places';

/** Variables of the runner itself, which count for each of its jobs. */
const environment = (...lines: readonly string[]): Change => [
  CONFIG,
  '    executor = "kubernetes"\n',
  `    executor = "kubernetes"\n    environment = ${JSON.stringify(lines)}\n`,
];
const kubernetes = (line: string): Change => [
  CONFIG,
  ' cpu_request = "1"',
  ` ${line}\n        cpu_request = "1"`,
];
const anySelector = kubernetes('node_selector_overwrite_allowed = "^pool=.*$"');

describeCheck('lands', {
  fires: [
    {
      name: 'a node selector that the runner gives all of its jobs',
      changes: [environment('KUBERNETES_NODE_SELECTOR_x=pool=nowhere'), anySelector],
      finds: ['lands/job', 'error', /the pod wants In \[nowhere\]/],
    },
    {
      name: 'a node selector with a value that only a job knows',
      changes: [environment('KUBERNETES_NODE_SELECTOR_x=pool=$CI_JOB_NAME'), anySelector],
      finds: ['lands/run-time-value', 'note', /found \$CI_JOB_NAME/],
    },
  ],
  quiet: [
    {
      name: 'a node selector of the runner that the config lets nobody overwrite',
      changes: [environment('KUBERNETES_NODE_SELECTOR_x=pool=nowhere')],
    },
  ],
});

describeCheck('config', {
  fires: [
    {
      name: 'a request of the runner above the ceiling',
      changes: [environment('KUBERNETES_CPU_REQUEST=15')],
      finds: ['config/refused-jobs', 'error', /cpu_request: "15" is higher than the ceiling "4"/],
    },
    {
      name: 'a node selector of the runner that its own pattern refuses',
      changes: [environment('KUBERNETES_NODE_SELECTOR_x=zone=a'), anySelector],
      finds: ['config/refused-jobs', 'error', /"zone=a" does not match/],
    },
  ],
  quiet: [
    {
      name: 'a request of the runner within the ceiling',
      changes: [environment('KUBERNETES_CPU_REQUEST=2')],
    },
    {
      name: 'a request with a value that only a job knows',
      changes: [environment('KUBERNETES_CPU_REQUEST=$CPUS')],
    },
    { name: 'a line that is not a variable', changes: [environment('KUBERNETES_CPU_REQUEST')] },
  ],
});

describe('the pod of a job that says nothing', () => {
  const runnerOf = (...changes: readonly Change[]) =>
    observe(parsed(edited(FLEET, ...changes))).runners.find(({ name }) => name === 'acme-arm64-spot');

  test('has the requests of the variables of its runner, and the last of a name counts', () => {
    const lines = ['CPUS=3', 'KUBERNETES_CPU_REQUEST=4', 'KUBERNETES_CPU_REQUEST=$CPUS'];
    expect(runnerOf(environment(...lines))?.job?.pod.requests.cpuMilli).toBe(3100);
  });

  test('has their tolerations, labels and annotations, all of one name in a map', () => {
    const runner = runnerOf(
      environment(
        'KUBERNETES_NODE_TOLERATIONS_1=a=b:NoSchedule',
        'KUBERNETES_NODE_TOLERATIONS_1=c=d:NoSchedule',
        'KUBERNETES_POD_LABELS_1=team=x',
        'KUBERNETES_POD_ANNOTATIONS_1=note=y=z',
      ),
      kubernetes('node_tolerations_overwrite_allowed = "^.*$"'),
      kubernetes('pod_labels_overwrite_allowed = "^.*$"'),
      kubernetes('pod_annotations_overwrite_allowed = "^.*$"'),
    );
    expect(runner?.job?.pod.labels).toMatchObject({ team: 'x' });
    expect(runner?.job?.pod.tolerations).toEqual(
      expect.arrayContaining(['a', 'c'].map((key) => expect.objectContaining({ key, effect: 'NoSchedule' }))),
    );
    expect(runner?.job?.spec).toMatchObject({ annotations: { note: 'y=z' } });
  });

  test('is in their namespace, with their ServiceAccount', () => {
    const given = environment(
      'KUBERNETES_NAMESPACE_OVERWRITE=elsewhere',
      'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE=deploy',
    );
    const allowed = [
      kubernetes('namespace_overwrite_allowed = "^elsewhere$"'),
      kubernetes('service_account_overwrite_allowed = "^deploy$"'),
    ];
    const runner = runnerOf(given, ...allowed);
    expect(runner?.job?.pod.namespace).toBe('elsewhere');
    expect(runner?.table.kubernetes).toMatchObject({ namespace: 'elsewhere', service_account: 'deploy' });
    expect(runnerOf(given)?.table.kubernetes.namespace).toBe('gitlab-jobs');
  });
});
