import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

const LIVENESS =
  'livenessProbe:\n            failureThreshold: 5\n            httpGet:\n              path: /metrics\n              port: metrics\n';
const LIVENESS_OF = (command: string) =>
  `livenessProbe:\n            failureThreshold: 5\n            exec:\n              command: ${command}\n`;

/** The scripts as a volume of the manager. */
const MOUNTED: readonly Change[] = [
  [DEPLOYMENT, /( +)volumes:\n/, '$1volumes:\n$1  - name: scripts\n$1    configMap: { name: scripts }\n'],
  [DEPLOYMENT, /( +)volumeMounts:\n/, '$1volumeMounts:\n$1  - name: scripts\n$1    mountPath: /scripts\n'],
];

const script = (text: string) => ({
  path: 'acme/scripts.yaml',
  text: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: scripts, namespace: gitlab-runners }\ndata:\n  check-live: |\n    ${text}\n`,
});

describeCheck('probes', {
  fires: [
    {
      name: 'a liveness probe that asks GitLab',
      changes: [
        [
          DEPLOYMENT,
          'livenessProbe:\n            failureThreshold: 5\n            httpGet:\n              path: /metrics\n              port: metrics\n',
          'livenessProbe:\n            failureThreshold: 5\n            exec:\n              command: [gitlab-runner, verify]\n',
        ],
      ],
      finds: ['probes/asks-gitlab', 'error', /GitLab is down.*all running jobs are lost/s],
    },
    {
      name: 'a liveness probe that looks for a process',
      changes: [
        [
          DEPLOYMENT,
          'livenessProbe:\n            failureThreshold: 5\n            httpGet:\n              path: /metrics\n              port: metrics\n',
          'livenessProbe:\n            failureThreshold: 5\n            exec:\n              command: [pgrep, gitlab-runner]\n',
        ],
      ],
      finds: ['probes/process-only', 'warning', /a process that hangs still has its number/],
    },
    {
      name: 'a probe of /health/ready that the release does not know',
      changes: [
        [DEPLOYMENT, /alpine-v19\.3\.0/g, 'alpine-v18.9.0'],
        [DEPLOYMENT, 'path: /metrics', 'path: /health/ready'],
      ],
      finds: ['probes/no-such-path', 'error', /since 19\.2\.0.*404/],
    },
    {
      name: 'a liveness probe of a port that nobody listens on',
      changes: [[DEPLOYMENT, 'port: metrics', 'port: 9999']],
      finds: [
        'probes/unanswered',
        'error',
        /it asks port 9999, and listen_address is :9252: the manager is restarted indefinitely/,
      ],
    },
    {
      name: 'a path that the manager does not answer',
      changes: [[DEPLOYMENT, 'path: /metrics', 'path: /nope']],
      finds: ['probes/unanswered', 'error', /it asks \/nope, which the manager answers with 404/],
    },
    {
      name: 'a manager that listens on localhost alone',
      changes: [[CONFIG, 'listen_address = ":9252"', 'listen_address = "localhost:9252"']],
      finds: ['probes/unanswered', 'error', /asks the address of the pod/],
    },
    {
      name: 'a fix that knows the release',
      changes: [
        [DEPLOYMENT, /alpine-v19\.3\.0/g, 'alpine-v18.9.0'],
        [DEPLOYMENT, LIVENESS, LIVENESS_OF('[pgrep, gitlab-runner]')],
      ],
      finds: [
        'probes/process-only',
        'warning',
        /Fix: set listen_address and ask \/metrics of the pod itself/,
      ],
    },
    {
      name: 'a probe of the chart, with a fix that no larger threshold is',
      files: [...FLEET, script('gitlab-runner verify')],
      changes: [
        ...MOUNTED,
        [DEPLOYMENT, LIVENESS, LIVENESS_OF('[sh, /scripts/check-live]').replace('5', '100')],
        [DEPLOYMENT, '  labels:\n', '  labels:\n    chart: gitlab-runner-0.86.0\n    heritage: Helm\n'],
      ],
      finds: [
        'probes/asks-gitlab',
        'warning',
        /Fix: replace it after rendering, .*metrics\.enabled: true .*; ask .*\/metrics/,
      ],
    },
    {
      name: 'a script out of a ConfigMap that looks for a process',
      files: [...FLEET, script('pgrep gitlab-runner')],
      changes: [...MOUNTED, [DEPLOYMENT, LIVENESS, LIVENESS_OF('[sh, /scripts/check-live]')]],
      finds: ['probes/process-only', 'warning', /looks for a process/],
    },
    {
      name: 'a script out of a ConfigMap that asks GitLab',
      files: [...FLEET, script('pgrep gitlab-runner && timeout 3 gitlab-runner verify')],
      changes: [...MOUNTED, [DEPLOYMENT, LIVENESS, LIVENESS_OF('[sh, /scripts/check-live]')]],
      finds: ['probes/asks-gitlab', 'warning', /the script asks GitLab/],
    },
  ],
  quiet: [
    {
      name: 'a probe that names its port by number, of an address that names one too',
      changes: [
        [DEPLOYMENT, 'port: metrics', 'port: 9252'],
        [CONFIG, 'listen_address = ":9252"', 'listen_address = "[::]:9252"'],
      ],
    },
    {
      name: 'a script of which nothing is known',
      changes: [[DEPLOYMENT, LIVENESS, LIVENESS_OF('[sh, /scripts/check-live]')]],
    },
    {
      name: '/health/ready of a release that has it',
      changes: [[DEPLOYMENT, 'path: /metrics', 'path: /health/ready']],
    },
    {
      name: 'a liveness probe that asks the manager itself',
      changes: [
        [
          DEPLOYMENT,
          'livenessProbe:\n            failureThreshold: 5\n            httpGet:\n              path: /metrics\n              port: metrics\n',
          'livenessProbe:\n            failureThreshold: 5\n            exec:\n              command: [wget, -q, http://localhost:9252/metrics]\n',
        ],
      ],
    },
  ],
});

test('probes of a container that ask in vain for one reason are one finding, which names them', () => {
  const found = findingsIn(edited(FLEET, [CONFIG, 'listen_address = ":9252"', 'listen_address = ":9999"']));
  const own = found.filter(({ id }) => id === 'probes/unanswered');
  expect(own.map((one) => one.found)).toEqual([
    expect.stringMatching(/ \(livenessProbe, readinessProbe, startupProbe\)$/),
  ]);
});
