import { load } from 'js-yaml';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { NodeClassProps, RegistryMirrorProps } from '../../lib/fleet/props/node-class';
import { userDataFault } from '../../lib/karpenter/user-data';
import { parseToml } from '../../lib/values/toml';
import { findingsIn } from '../checks/cases';
import { faultsOf, find, manifests, render } from '../fleets';

const HUB: RegistryMirrorProps = {
  registry: 'docker.io',
  endpoint: ['https://mirror.example.com', 'https://harbor.example.com/v2/docker-hub'],
};
const QUAY: RegistryMirrorProps = { registry: 'quay.io', endpoint: ['http://10.0.0.5:5000'] };
const BOTTLEROCKET = { amiAlias: 'bottlerocket@v1.50.0' } as const;

const fleet = (nodeClass: NodeClassProps, change: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  name: 'production',
  runners: [{ name: 'a', arch: 'amd64', capacity: 'spot' }],
  nodeClass: { registryMirrors: [HUB, QUAY], ...nodeClass },
  ...change,
});
const userDataOf = (described: RunnerFleetProps, name = 'gitlab-jobs'): string =>
  find(manifests(described), 'EC2NodeClass', name).spec.userData;

/** Parts of a MIME archive: the type of each, and what it holds. */
const partsOf = (text: string) =>
  text
    .split('--//')
    .slice(1, -1)
    .map((part) => {
      const [head, ...content] = part.trimStart().split('\n\n');
      return { type: head.replace('Content-Type: ', ''), content: content.join('\n\n') };
    });

/** The files that a script writes. */
const filesOf = (script: string) =>
  Object.fromEntries(
    [...script.matchAll(/cat > '([^']+)' <<'EOF'\n([\s\S]*?)EOF\n/g)].map(([, path, text]) => [
      path,
      parseToml(text),
    ]),
  );

describe('nodes of AL2023', () => {
  const script = userDataOf(fleet({}));

  test('get a hosts.toml for each registry before the kubelet starts', () => {
    expect(script).toMatch(/^#!\/bin\/bash\nset -euo pipefail\n/);
    expect(filesOf(script)).toEqual({
      '/etc/containerd/certs.d/docker.io/hosts.toml': {
        server: 'https://registry-1.docker.io',
        host: {
          'https://mirror.example.com': { capabilities: ['pull', 'resolve'] },
          'https://harbor.example.com/v2/docker-hub': {
            capabilities: ['pull', 'resolve'],
            override_path: true,
          },
        },
      },
      '/etc/containerd/certs.d/quay.io/hosts.toml': {
        server: 'https://quay.io',
        host: { 'http://10.0.0.5:5000': { capabilities: ['pull', 'resolve'] } },
      },
    });
  });

  test('make the folder of each file', () => {
    expect(script).toContain("mkdir -p '/etc/containerd/certs.d/docker.io'\n");
  });

  test('keep their proxy, as a NodeConfig', () => {
    const proxied = fleet({}, { proxy: { http: 'http://proxy.example.com:3128' } });
    const [config, own] = partsOf(userDataOf(proxied));
    expect(config.type).toBe('application/node.eks.aws');
    expect(load(config.content)).toMatchObject({ kind: 'NodeConfig' });
    expect(own).toEqual({ type: 'text/x-shellscript; charset="us-ascii"', content: script });
  });

  test.each([
    [
      'a NodeConfig',
      'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {}',
      'application/node.eks.aws',
    ],
    ['a script', '#!/bin/bash\necho hello', 'text/x-shellscript; charset="us-ascii"'],
  ])('keep %s of the description', (_, userData, type) => {
    const [own, mirrors] = partsOf(userDataOf(fleet({ userData })));
    expect(own).toEqual({ type, content: `${userData}\n` });
    expect(mirrors.content).toBe(script);
  });
});

test('nodes of Bottlerocket get settings, besides those of the description', () => {
  const userData = '[settings]\nmotd = "hello"';
  expect(parseToml(userDataOf(fleet({ ...BOTTLEROCKET, userData })))).toEqual({
    settings: { motd: 'hello', 'container-registry': { mirrors: [HUB, QUAY] } },
  });
  expect(parseToml(userDataOf(fleet(BOTTLEROCKET)))).toEqual({
    settings: { 'container-registry': { mirrors: [HUB, QUAY] } },
  });
});

test('nodes of managers get them too, and a pool may have none', () => {
  const described = fleet(
    {},
    { nodePools: [{ arch: 'amd64', capacity: 'spot', nodeClass: { registryMirrors: [] } }] },
  );
  expect(userDataOf(described, 'gitlab-managers')).toContain('mirror.example.com');
  expect(userDataOf(described, 'gitlab-jobs-amd64-spot')).toBeUndefined();
});

test.each([{}, BOTTLEROCKET])('what is rendered is what Karpenter takes: %j', (nodeClass) => {
  const family = 'amiAlias' in nodeClass ? 'Bottlerocket' : 'AL2023';
  expect(userDataFault(family, userDataOf(fleet(nodeClass)))).toBeUndefined();
  expect(findingsIn(render(fleet(nodeClass))).filter(({ severity }) => severity !== 'note')).toEqual([]);
});

test('passwords in settings of Bottlerocket are refused', () => {
  const userData =
    '[[settings.container-registry.credentials]]\nregistry = "docker.io"\npassword = "hunter2"\n';
  const message = faultsOf(fleet({ ...BOTTLEROCKET, registryMirrors: [], userData })).join('\n');
  expect(message).toMatch(/userData: it holds passwords of registries/);
  expect(message).not.toContain('hunter2');
});

const one = (change: Partial<RegistryMirrorProps>): NodeClassProps => ({
  registryMirrors: [{ ...HUB, ...change }],
});
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

// biome-ignore format: a table of cases
test.each<[string, NodeClassProps, RegExp]>([
  ['a registry with a scheme', one({ registry: 'https://quay.io' }), /registryMirrors\[0\] > registry: .*write "quay\.io"/],
  ['Docker Hub by another name', one({ registry: 'registry-1.docker.io' }), /write "docker\.io"/],
  ['every registry', one({ registry: '*' }), /write "docker\.io"/],
  ['a registry with a quote', one({ registry: "a'b" }), /the host of the registry/],
  ['a registry twice', { registryMirrors: [HUB, HUB] }, /registryMirrors\[1\] > registry: it is described twice/],
  ['no mirror', one({ endpoint: [] }), /at least one mirror/],
  ['a mirror without a scheme', one({ endpoint: ['mirror.example.com'] }), /endpoint\[0\]: .*write "https:\/\/mirror\.example\.com"/],
  ['a mirror that is the registry', one({ registry: 'quay.io', endpoint: ['https://quay.io'] }), /this is the registry itself/],
  ['a path without /v2', one({ endpoint: ['https://harbor.example.com/docker-hub/'] }), /write "https:\/\/harbor\.example\.com\/v2\/docker-hub"/],
  ['a path of /v2 alone', one({ endpoint: ['https://harbor.example.com/v2'] }), /write "https:\/\/harbor\.example\.com"/],
  ['a query', one({ endpoint: ['https://mirror.example.com/?ns=docker.io'] }), /write "https:\/\/mirror\.example\.com"/],
  ['a pull-through cache of ECR', one({ endpoint: [`https://${ECR}/v2/docker-hub`] }), /none for a mirror of another registry.*name images by it/],
  ['images of their own kind', { amiFamily: 'Custom', amiSelectorTerms: [{ id: 'ami-12345678' }] }, /mirrors are only supported for AL2023 and Bottlerocket, not for Custom/],
  ['a MIME archive', { userData: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n--x--\n' }, /no part is added to a MIME archive/],
])('%s is refused', (_, nodeClass, says) => {
  expect(faultsOf(fleet(nodeClass)).join('\n')).toMatch(says);
});

test('a password in the address of a mirror is refused once, and not printed', () => {
  const faults = faultsOf(fleet(one({ endpoint: ['https://ci:hunter2@mirror.example.com'] })));
  expect(faults).toEqual([expect.stringMatching(/endpoint\[0\]: the address holds a password/)]);
  expect(faults.join()).not.toContain('hunter2');
});
