import type { Change } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

const NAME = '            name: runner-arm64-spot-f57f89e6\n';

/** `items` of the volume of the config. */
function items(key: string, path: string): Change {
  return [DEPLOYMENT, NAME, `${NAME}            items: [{ key: ${key}, path: ${path} }]\n`];
}

function mount(path: string, subPath?: string): Change {
  const sub = subPath === undefined ? '' : `\n              subPath: ${subPath}`;
  return [DEPLOYMENT, 'mountPath: /etc/gitlab-runner\n', `mountPath: ${path}${sub}\n`];
}

const INIT: Change = [
  DEPLOYMENT,
  '      nodeSelector:\n',
  '      initContainers: [{ name: copy, image: "busybox:1", args: [cp], resources: { requests: { cpu: 10m }, limits: { memory: 64Mi } }, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } } }]\n      nodeSelector:\n',
];

describeCheck('config', {
  fires: [
    {
      name: 'a config that is mounted elsewhere',
      changes: [mount('/config')],
      finds: ['config/not-found', 'error', /no volume with \/etc\/gitlab-runner\/config.toml.*takes no job/s],
    },
    {
      name: 'a config under another name',
      changes: [items('config.toml', 'runner.toml')],
      finds: ['config/not-found', 'error', /no volume with/],
    },
    {
      name: 'a file of a volume that has another one',
      changes: [mount('/etc/gitlab-runner/config.toml', 'runner.toml')],
      finds: ['config/not-found', 'error', /no volume with/],
    },
    {
      name: 'a default file that is not there',
      changes: [
        mount('/config'),
        [DEPLOYMENT, '            - --config\n            - /etc/gitlab-runner/config.toml\n', ''],
      ],
      finds: ['config/not-found', 'error', /no volume with \/etc\/gitlab-runner\/config.toml/],
    },
  ],
  quiet: [
    {
      name: 'a config that is mounted elsewhere and named so',
      changes: [mount('/config'), [DEPLOYMENT, '- /etc/gitlab-runner/config.toml', '- /config/config.toml']],
    },
    { name: 'a config by its name alone', changes: [mount('/etc/gitlab-runner/config.toml', 'config.toml')] },
    { name: 'an item of the right name', changes: [items('config.toml', 'config.toml')] },
    { name: 'a config that an init container may copy', changes: [mount('/config'), INIT] },
    {
      name: 'the default of other users than root',
      changes: [
        mount('/home/runner/.gitlab-runner'),
        [DEPLOYMENT, '            - --config\n            - /etc/gitlab-runner/config.toml\n', ''],
      ],
    },
  ],
});

describeCheck('needs', {
  fires: [
    {
      name: 'a key that the ConfigMap of the config lacks',
      changes: [items('config.tml', 'config.toml')],
      finds: ['needs/key', 'error', /without config.tml.*Fix: write config.toml instead of config.tml/s],
    },
    {
      name: 'a variable of a key that is not there',
      changes: [
        [
          DEPLOYMENT,
          '          env:\n',
          '          env:\n            - { name: LEVEL, valueFrom: { configMapKeyRef: { name: runner-arm64-spot-f57f89e6, key: level } } }\n',
        ],
      ],
      finds: ['needs/key', 'error', /without level/],
    },
  ],
  quiet: [
    {
      name: 'a key that is optional',
      changes: [
        [
          DEPLOYMENT,
          '          env:\n',
          '          env:\n            - { name: LEVEL, valueFrom: { configMapKeyRef: { name: runner-arm64-spot-f57f89e6, key: level, optional: true } } }\n',
        ],
      ],
    },
    {
      name: 'a key of the ConfigMap',
      changes: [items('config.toml', 'config.toml'), [CONFIG, 'limit = 20', 'limit = 19']],
    },
  ],
});
