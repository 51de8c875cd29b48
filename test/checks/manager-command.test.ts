import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { DEPLOYMENT } from './places';

const COMMAND = / {10}command:\n(?: {12}.*\n)+/;
const ARGS = / {8}- args:\n(?: {12}.*\n)+/;

/** The manager with another command and arguments; none where the image decides. */
function starts(command: readonly string[] | undefined, args: readonly string[] | undefined): Change[] {
  const list = (words: readonly string[]) => JSON.stringify(words);
  return [
    [DEPLOYMENT, COMMAND, command === undefined ? '' : `          command: ${list(command)}\n`],
    [DEPLOYMENT, ARGS, args === undefined ? '        - stdin: false\n' : `        - args: ${list(args)}\n`],
  ];
}

const CONFIG_FILE = ['--config', '/etc/gitlab-runner/config.toml'];
const RUN = ['gitlab-runner', 'run', ...CONFIG_FILE];
const lifecycle = (text: string): Change => [
  DEPLOYMENT,
  '          livenessProbe:',
  `          lifecycle: ${text}\n          livenessProbe:`,
];
const hook = (...command: readonly string[]): Change =>
  lifecycle(`{ preStop: { exec: { command: ${JSON.stringify(command)} } } }`);
const STOP = 'in-time/stop-signal';

describeCheck('config', {
  fires: [
    {
      name: 'an image of GitLab without the runner',
      changes: [
        [
          DEPLOYMENT,
          /gitlab-org\/gitlab-runner:\S+/,
          'gitlab-org/cluster-integration/helm-install-image:latest',
        ],
      ],
      finds: [
        'config/not-run',
        'error',
        /found \S+helm-install-image:latest\. GitLab publishes no gitlab-runner in it/,
      ],
    },
    {
      name: 'the helper of the runner in its place',
      changes: [
        [
          DEPLOYMENT,
          'gitlab-org/gitlab-runner:alpine-v',
          'gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v',
        ],
      ],
      finds: ['config/not-run', 'error', /GitLab publishes no gitlab-runner in it/],
    },
    {
      name: 'an init container that never ends',
      changes: [
        [
          DEPLOYMENT,
          '      nodeSelector:\n',
          '      initContainers: [{ name: a, image: "busybox:1", command: [sleep, infinity] }]\n      nodeSelector:\n',
        ],
      ],
      finds: ['config/not-run', 'error', /found sleep infinity\. this init container never ends/],
    },
    {
      name: 'a file in an empty folder',
      changes: [[DEPLOYMENT, '- /etc/gitlab-runner/config.toml', '- /home/gitlab-runner/config.toml']],
      finds: ['config/not-found', 'error', /no volume with \/home\/gitlab-runner\/config.toml/],
    },
    ...(
      [
        ['the version of the runner', ['dumb-init', '--'], ['gitlab-runner', '--version']],
        [
          'a clean-up that deletes runners',
          ['dumb-init', '--'],
          ['gitlab-runner', 'unregister', '--all-runners'],
        ],
        ['the same by the entrypoint of the image', undefined, ['unregister', '--all-runners']],
        ['nothing, indefinitely', ['dumb-init', '--rewrite', '15:3', '--'], ['sleep', 'infinity']],
        ['nothing by its path', ['/bin/sleep'], ['infinity']],
        ['a script that sleeps', ['sh', '-c'], ['echo ready; exec sleep infinity']],
        ['one job that runs here', ['gitlab-runner'], ['list']],
      ] as const
    ).map(([name, command, args]) => ({
      name,
      changes: starts(command, args),
      finds: ['config/not-run', 'error', /it does not start gitlab-runner run/] as const,
    })),
  ],
  quiet: [
    {
      name: 'the image of the runner for OpenShift',
      changes: [
        [
          DEPLOYMENT,
          'gitlab-org/gitlab-runner:alpine-v',
          'gitlab-org/ci-cd/gitlab-runner-ubi-images/gitlab-runner-ocp:v',
        ],
      ],
    },
    { name: 'the runner itself', changes: starts(['gitlab-runner'], RUN.slice(1)) },
    { name: 'what the image starts, with its arguments', changes: starts(undefined, RUN.slice(1)) },
    {
      name: 'the runner after a flag with a value',
      changes: starts(['gitlab-runner', '--log-level', 'warn'], RUN.slice(1)),
    },
  ],
});

describeCheck('in-time', {
  fires: [
    {
      name: 'a container that is killed at once',
      changes: [lifecycle('{ stopSignal: SIGKILL }')],
      finds: [STOP, 'error', /found SIGKILL\. .*SIGKILL instead of SIGQUIT.*fails them at once/],
    },
    {
      name: 'SIGINT, which the runner takes as SIGTERM',
      changes: [lifecycle('{ stopSignal: SIGINT }')],
      finds: [STOP, 'error', /found SIGINT/],
    },
    ...['3:9', '3:15'].map((pair) => ({
      name: `the stop signal of the image rewritten by ${pair}`,
      changes: [[DEPLOYMENT, '"15:3"', `"${pair}"`]] as const,
      finds: [STOP, 'error', /found SIGQUIT, rewritten to \d+\. .*fails them at once/] as const,
    })),
    {
      name: 'a rewrite in one word',
      changes: [[DEPLOYMENT, /- --rewrite\n +- "15:3"/, '- --rewrite=3:15']],
      finds: [STOP, 'error', /rewritten to 15/],
    },
    {
      name: 'a rewrite by a second init',
      changes: starts(['tini', '--', 'dumb-init', '-r', '3:15', '--'], RUN),
      finds: [STOP, 'error', /rewritten to 15/],
    },
    {
      name: 'a hook that sleeps away the time for jobs',
      changes: [lifecycle('{ preStop: { sleep: { seconds: 7000 } } }')],
      finds: ['in-time/grace', 'error', /killed after 2h10m, 1h56m40s of which its preStop hook sleeps/],
    },
    {
      name: 'the same by a command',
      changes: [hook('sh', '-c', 'sleep 7000')],
      finds: ['in-time/grace', 'error', /its preStop hook sleeps/],
    },
    {
      name: 'a second rewrite',
      changes: [[DEPLOYMENT, '- --rewrite\n', '- -r3:2\n            - --rewrite\n']],
      finds: [STOP, 'error', /rewritten to 2/],
    },
    {
      name: 'a stop signal that nothing gets',
      changes: [[DEPLOYMENT, '"15:3"', '"3:0"']],
      finds: [STOP, 'error', /no signal at all.*until it is killed/],
    },
    {
      name: 'a hook that kills the manager',
      changes: [hook('kill', '-9', '1')],
      finds: [STOP, 'error', /found kill -9 1\. .*with all its jobs/],
    },
    {
      name: 'a hook that kills it in a shell',
      changes: [hook('sh', '-c', 'sleep 5; kill 1')],
      finds: [STOP, 'error', /kill 1/],
    },
    {
      name: 'a hook that kills it by name',
      changes: [hook('pkill', '-TERM', 'gitlab-runner')],
      finds: [STOP, 'error', /pkill/],
    },
  ],
  quiet: [
    { name: 'a hook that sleeps for a moment', changes: [hook('sleep', '5')] },
    {
      name: 'SIGTERM that becomes SIGQUIT',
      // A pod that names signals names its operating system.
      changes: [
        lifecycle('{ stopSignal: SIGTERM }'),
        [DEPLOYMENT, '      containers:\n', '      os: { name: linux }\n      containers:\n'],
      ],
    },
    {
      name: 'the stop signal of the image, without a rewrite',
      changes: [[DEPLOYMENT, / {12}- --rewrite\n +- "15:3"\n/, '']],
    },
    {
      name: 'a hook that asks for SIGQUIT',
      changes: [hook('sh', '-c', 'kill -s SIGQUIT 1; while kill -0 1; do sleep 1; done')],
    },
  ],
});

test.each([
  ['of the chart', ['/usr/bin/dumb-init', '--', '/bin/bash', '/configmaps/entrypoint']],
  ['of a shell of its own', ['sh', '/scripts/start']],
])('a script in a file %s may start the runner', (_, command) => {
  const files = edited(FLEET, ...starts(command, []));
  expect(findingsIn(files).filter(({ id }) => id === 'config/not-run')).toEqual([]);
});

test('a script of which nothing is known may start the runner', () => {
  const files = edited(FLEET, ...starts(['sh', '-c'], ['. /etc/profile && start-runner']));
  expect(findingsIn(files).filter(({ id }) => id === 'config/not-run')).toEqual([]);
});
