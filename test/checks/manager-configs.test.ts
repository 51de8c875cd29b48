import { FLEET } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

const VOLUME = (name: string, path: string, kind = 'empty_dir') =>
  `      [[runners.kubernetes.volumes.${kind}]]\n      name = "${name}"\n      mount_path = "${path}"\n`;
const END = '      [runners.kubernetes.node_selector]\n';
const CONTEXT = (keys: string) => `      [runners.kubernetes.pod_security_context]\n      ${keys}\n${END}`;

const parsedTemplate = [
  {
    path: 'a.yaml',
    text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: ci }\ndata:\n  config.template.toml: |\n    [[runners]]\n    [[runners]]\n',
  },
];

const CLAIM = {
  path: 'acme/claim.yaml',
  text: `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: b, namespace: gitlab-jobs }
spec: { accessModes: [ReadWriteMany], resources: { requests: { storage: 1Gi } } }
`,
};

describeCheck('config', {
  fires: [
    {
      name: 'a volume that is called as one of the executor',
      changes: [[CONFIG, END, `${VOLUME('logs', '/var/log/build')}${END}`]],
      finds: ['config/volume-name', 'error', /found logs. the executor adds one of this name/],
    },
    {
      name: 'two volumes of one name',
      changes: [[CONFIG, END, `${VOLUME('a', '/a')}${VOLUME('a', '/b', 'secret')}${END}`]],
      finds: ['config/volume-name', 'error', /volumes.empty_dir\[0\] has the same name/],
    },
    {
      name: 'two volumes in one place',
      changes: [[CONFIG, END, `${VOLUME('a', '/a')}${VOLUME('b', '/a')}${END}`]],
      finds: ['config/volume-mount', 'error', /is mounted there too/],
    },
    {
      name: 'no root and no user',
      changes: [[CONFIG, END, CONTEXT('run_as_non_root = true')]],
      finds: ['config/root-user', 'error', /the image of the helper runs as root/],
    },
    {
      name: 'no root and root',
      changes: [[CONFIG, END, CONTEXT('run_as_non_root = true\n      run_as_user = 0')]],
      finds: ['config/root-user', 'error', /user 0 is root/],
    },
    {
      name: 'an expiry that the runner acts on',
      changes: [
        [
          CONFIG,
          '    executor = "kubernetes"\n',
          '    executor = "kubernetes"\n    token_expires_at = 2031-01-01T00:00:00Z\n',
        ],
        [CONFIG, 'FF_DISABLE_AUTOMATIC_TOKEN_ROTATION = true', 'FF_DISABLE_AUTOMATIC_TOKEN_ROTATION = false'],
      ],
      finds: ['config/token-rotation', 'error', /the token is lost/],
    },
    {
      name: 'a patch whose flag the last line of environment turns off',
      changes: [
        [
          CONFIG,
          '    executor = "kubernetes"\n',
          '    executor = "kubernetes"\n    environment = ["FF_USE_ADVANCED_POD_SPEC_CONFIGURATION=1", "FF_USE_ADVANCED_POD_SPEC_CONFIGURATION=0"]\n',
        ],
        [
          CONFIG,
          END,
          `      [[runners.kubernetes.pod_spec]]\n      name = "a"\n      patch = "hostname: a"\n${END}`,
        ],
      ],
      finds: ['config/patch-ignored', 'error', /without its feature flag/],
    },
    {
      name: 'a template with keys of the whole process, in a ConfigMap that its manager mounts',
      changes: [[CONFIG, '  config.toml: |', '  config.template.toml: |']],
      finds: [
        'config/template-globals',
        'warning',
        /found concurrent, .*takes the \[\[runners\]\] entry of a template alone/,
      ],
    },
    {
      name: 'a template with two entries',
      files: parsedTemplate,
      finds: ['config/template-entries', 'error', /found 2 \[\[runners\]\] entries. .*registration ends/],
    },
    {
      name: 'a config that is elsewhere, of an image that is called otherwise',
      changes: [
        [DEPLOYMENT, /configMap:\n(\s+)name: .*/, 'secret:\n$1secretName: elsewhere'],
        [DEPLOYMENT, /image: \S*gitlab-runner:\S+/, 'image: example.com/ci:1'],
        [DEPLOYMENT, /args:\n +- gitlab-runner\n/, 'args:\n            - /entrypoint\n'],
      ],
      finds: ['config/unread', 'warning', /found Deployment .* runs gitlab-runner. its config is not among/],
    },
  ],
  quiet: [
    {
      name: 'volumes of names and places of their own, and a claim in two places',
      files: [...FLEET, CLAIM],
      changes: [
        [CONFIG, END, `${VOLUME('a', '/a')}${VOLUME('b', '/b', 'pvc')}${VOLUME('b', '/c', 'pvc')}${END}`],
      ],
    },
    {
      name: 'the dates that register writes',
      changes: [
        [
          CONFIG,
          '    executor = "kubernetes"\n',
          '    executor = "kubernetes"\n    token_obtained_at = 2026-01-10T00:52:28Z\n    token_expires_at = 0001-01-01T00:00:00Z\n',
        ],
      ],
    },
    {
      name: 'no root, and a user',
      changes: [[CONFIG, END, CONTEXT('run_as_non_root = true\n      run_as_user = 1000')]],
    },
  ],
});
