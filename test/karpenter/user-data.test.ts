import { userDataFault } from '../../lib/karpenter/user-data';

const NODE_CONFIG =
  'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: { kubelet: { config: { maxParallelImagePulls: 4 } } }\n';
const mime = (...parts: readonly string[]) =>
  `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="//"\n\n${parts.map((part) => `--//\n${part}\n`).join('')}--//--\n`;
const SCRIPT_PART = 'Content-Type: text/x-shellscript; charset="us-ascii"\n\n#!/bin/bash\necho hello\n';
const CONFIG_PART = `Content-Type: application/node.eks.aws\n\n${NODE_CONFIG}`;

test.each<[string, string, string]>([
  ['nothing', 'AL2023', ''],
  ['a script', 'AL2023', '#!/bin/bash\necho hello\n'],
  ['a NodeConfig', 'AL2023', NODE_CONFIG],
  ['MIME parts of both', 'AL2023', mime(SCRIPT_PART, CONFIG_PART)],
  [
    'MIME parts with lines that end as those of Windows',
    'AL2023',
    mime(SCRIPT_PART).replaceAll('\n', '\r\n'),
  ],
  ['settings', 'Bottlerocket', '[settings.kubernetes]\ncontainer-log-max-size = "20Mi"\n'],
  ['whatever an image of your own reads', 'Custom', '{"anything": true}'],
])('%s is taken for %s', (_, family, text) => {
  expect(userDataFault(family, text)).toBeUndefined();
});

// biome-ignore format: a table of cases
test.each<[string, string, string, 'error' | 'warning', RegExp]>([
  ['a script for Bottlerocket', 'Bottlerocket', '#!/bin/bash\n[x', 'error', /is TOML, and this is not/],
  ['a script of comments for Bottlerocket', 'Bottlerocket', '#!/bin/bash\n', 'warning', /runs no scripts/],
  ['settings at the top', 'Bottlerocket', '[kubernetes]\nmax-pods = 5\n', 'warning', /reads settings alone: kubernetes/],
  ['pods that Karpenter counts itself', 'Bottlerocket', '[settings.kubernetes]\nmax-pods = 5\n', 'warning', /sets settings\.kubernetes\.max-pods itself on every node.*kubelet\.maxPods/],
  ['memory that Karpenter does not know of', 'Bottlerocket', '[settings.kubernetes.system-reserved]\nmemory = "1Gi"\n', 'warning', /does not count with settings\.kubernetes\.system-reserved.*kubelet\.systemReserved/],
  ['passwords of registries', 'Bottlerocket', '[[settings.container-registry.credentials]]\nregistry = "docker.io"\n', 'warning', /holds passwords of registries/],
  ['settings of Bottlerocket for AL2023', 'AL2023', '[settings.kubernetes]\na = 1\n', 'warning', /neither a script nor a NodeConfig/],
  ['cloud-config by itself', 'AL2023', '#cloud-config\npackages: [git]\n', 'warning', /neither a script nor a NodeConfig/],
  ['a script behind an empty line', 'AL2023', '\n#!/bin/bash\n', 'error', /first line is empty or indented/],
  ['MIME parts without a boundary', 'AL2023', 'MIME-Version: 1.0\n\n--//\n', 'error', /names no boundary/],
  ['MIME parts without an end', 'AL2023', mime(SCRIPT_PART).replace('--//--', ''), 'error', /do not end with --\/\/--/],
  ['a MIME part without a type', 'AL2023', mime('#!/bin/bash\n'), 'error', /no Content-Type/],
  ['a MIME part that is no NodeConfig', 'AL2023', mime('Content-Type: application/node.eks.aws\n\nkind: Node\n'), 'warning', /neither/],
  ['a NodeConfig with pods that Karpenter does not know of', 'AL2023', NODE_CONFIG.replace('maxParallelImagePulls', 'maxPods'), 'warning', /spec\.kubelet\.config\.maxPods/],
  ['more than EC2 takes', 'Custom', 'x'.repeat(16385), 'error', /16385 bytes; EC2 takes 16384/],
  ['what leaves Karpenter no room', 'Bottlerocket', `# ${'x'.repeat(15000)}`, 'error', /Karpenter adds about 2048/],
])('%s is a fault of %s', (_, family, text, severity, says) => {
  const fault = userDataFault(family, text);
  expect(fault?.severity).toBe(severity);
  expect(`${fault?.why} ${fault?.fix}`).toMatch(says);
});
