import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsCommand } from '../../lib/cli/needs';
import { withFolder } from '../app/temporary-folder';
import { edited, FLEET, writeFixture } from '../fixtures/files';
import { runHere } from './in-process';

function needs(...args: string[]) {
  return runHere(needsCommand(), args);
}

const FILES = edited(FLEET, [
  'arm64-spot/configmap.yaml',
  '      automount_service_account_token = false\n',
  '      automount_service_account_token = false\n      image_pull_secrets = ["pull"]\n',
]);

function withFleet(run: (folder: string) => void): void {
  withFolder((folder) => {
    writeFixture(folder, FILES);
    run(folder);
  });
}

test('text lists what the manifests do not make, by kind, with the field that asks for it', () => {
  withFleet((folder) => {
    const { status, stdout, stderr } = needs(folder);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Secret\n {2}gitlab-jobs\/pull, not declared\n {4}asked by ConfigMap\/gitlab-runners\/\S+ runners\[0\]\.kubernetes\.image_pull_secrets$/m,
    );
    expect(stdout).toMatch(
      /^IAM role\n {2}\S+\n {4}asked by EC2NodeClass\/gitlab-jobs spec\.role, and 1 more$/m,
    );
    expect(stdout).toContain('Found among the manifests: 12.');
  });
});

test('JSON has all of it, found or not', () => {
  withFleet((folder) => {
    const [{ needs: all }] = JSON.parse(needs(folder, '--format', 'json').stdout).clusters;
    const found = all.filter(({ state }: { state: string }) => state === 'found');
    expect(found).toHaveLength(12);
    expect(found[0].madeBy.file).toContain('acme/');
    expect(all).toContainEqual({
      kind: 'Secret',
      namespace: 'gitlab-jobs',
      name: 'pull',
      keys: [],
      state: 'missing',
      askedBy: [
        expect.objectContaining({
          path: 'data["config.toml"]',
          within: 'runners[0].kubernetes.image_pull_secrets',
        }),
      ],
    });
  });
});

test('Markdown is a table', () => {
  withFleet((folder) => {
    const { stdout } = needs(folder, '--format', 'markdown');
    expect(stdout).toMatch(/^\| Secret \| `gitlab-jobs\/pull, not declared` \| ConfigMap\/.* \|$/m);
  });
});

/** Runs it on one file in a folder of its own. */
function needsOfFile(text: string, ...args: string[]): string {
  return withFolder((folder) => {
    writeFileSync(join(folder, 'object.yaml'), text);
    return needs(folder, ...args).stdout;
  });
}

const RELEASE = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: gitlab-runner }
spec: { chart: { spec: { chart: gitlab-runner } }, values: { concurrent: 5 } }
`;
const APPLICATION = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: gitlab-runner }
spec: { source: { chart: gitlab-runner, targetRevision: 0.86.0 } }
`;

test.each([
  ['a HelmRelease', RELEASE],
  ['an Application', APPLICATION],
])('what %s needs is not known, and it says how to render it', (what, text) => {
  const stdout = needsOfFile(text);
  expect(stdout).toContain(`${what} that is not rendered. What it needs is not listed.`);
  expect(stdout).toMatch(/helm template gitlab-runner gitlab-runner .* \| npx runner-fleet needs -$/m);
  expect(stdout).not.toContain('Nothing is needed');
  const [{ notRendered }] = JSON.parse(needsOfFile(text, '-f', 'json')).clusters;
  expect(notRendered).toMatchObject([{ what, command: expect.stringContaining('runner-fleet needs -') }]);
  expect(needsOfFile(text, '-f', 'markdown')).toContain('What it needs is not listed.');
});

test('where nothing is read that could need anything, it says so', () => {
  expect(needsOfFile('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: colors }\n')).toMatch(
    /^No runner, NodePool or node class is here/,
  );
  expect(needsOfFile('apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: { name: ci }\n')).toMatch(
    /^Nothing is needed that these manifests do not make/,
  );
});

test('a node class of EKS Auto Mode names its role, subnets, security groups and key', () => {
  const stdout = needsOfFile(`apiVersion: eks.amazonaws.com/v1
kind: NodeClass
metadata: { name: ci }
spec:
  role: auto-nodes
  subnetSelectorTerms: [{ tags: { tier: private } }]
  podSubnetSelectorTerms: [{ id: subnet-1 }]
  securityGroupSelectorTerms: [{ name: nodes }]
  ephemeralStorage: { size: 80Gi, kmsKeyID: alias/disks }
`);
  for (const need of ['auto-nodes', 'tier=private', 'id=subnet-1', 'name=nodes', 'alias/disks'])
    expect(stdout).toContain(`\n  ${need}\n    asked by NodeClass/ci spec.`);
});

test('several folders are read together', () => {
  withFleet((folder) => {
    const parts = [`${folder}/acme/karpenter`, `${folder}/acme/runners`];
    expect(needs(...parts).stdout).toContain('EC2NodeClass/gitlab-jobs spec.role, and 1 more');
    expect(needs(...parts).stdout).toContain('gitlab-jobs/pull, not declared');
  });
});

test('input that is of no use: exit code 2', () => {
  expect(needs('no-such-folder')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no such folder'),
  });
  expect(needs('--format', 'pdf').status).toBe(2);
});
