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

test('input that is of no use: exit code 2', () => {
  expect(needs('no-such-folder')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no such folder'),
  });
  expect(needs('--format', 'pdf').status).toBe(2);
});
