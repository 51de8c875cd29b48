import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFolder } from '../../app/temporary-folder';

const ALL = {
  go: 'go1.26.8',
  python3: 'Python 3.10.4',
  setpriv: 'setpriv 2.38',
  git: 'git version 2.32.0',
  unshare: 'unshare 2.38',
  buildah: 'buildah version 1.28.2',
  skopeo: 'skopeo version 1.9.3',
  'docker-registry': 'docker-registry v2.8.2',
  'qemu-aarch64-static': 'qemu-aarch64 version 7.2.0',
  make: 'GNU Make 4.3',
  curl: 'curl 7.88.1',
  promtool: 'promtool, version 2.42.0+ds',
};

/** What the cluster test says on a machine that has these programs and no other. */
function clusterTest(programs: Readonly<Record<string, string>>) {
  return withFolder((folder) => {
    for (const [name, version] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho "${version}"\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const script =
      "try { require('./build/test/tools/engines/tools.js').requireTools() } catch (error) { console.log(error.message); process.exit(1) }";
    const { status, stdout } = spawnSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      env: { PATH: folder },
    });
    return { status, said: stdout.trim() };
  });
}

test('a machine that has everything may build the engines', () => {
  expect(clusterTest(ALL)).toEqual({ status: 0, said: '' });
});

test('all that is missing or too old is named in one sentence, and nothing passes', () => {
  const { unshare: _, skopeo: _skopeo, ...rest } = ALL;
  const found = { ...rest, python3: 'Python 3.9.18', go: 'go1.26.2', git: 'git version 2.31.8' };
  expect(clusterTest(found)).toEqual({
    status: 1,
    said: 'Install Go 1.26.3 or newer, Python 3.10 or newer, git 2.32 or newer, unshare (util-linux), skopeo: the engines of the cluster test are built and run with them, on Linux.',
  });
  expect(clusterTest({}).said).toMatch(
    /Go 1.26.*Python 3.10.*pip.*setpriv.*git.*unshare.*buildah.*qemu-user-static/,
  );
});

test.each([
  ['go version go1.26.2', true],
  ['go1.26', true],
  ['go1.26.3', false],
  ['go1.26.8', false],
  ['go1.27.0', false],
  ['go2.0', false],
])('whether %s is too old', (go, isTooOld) => {
  expect(clusterTest({ setpriv: ALL.setpriv, go }).said.includes('Go 1.26.3 or newer')).toBe(isTooOld);
});
