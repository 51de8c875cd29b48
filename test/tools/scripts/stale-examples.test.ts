import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { staleFiles } from '../../../tools/scripts/stale-examples';
import { withFolder } from '../../app/temporary-folder';

const MAIN = 'build/test/examples/sizes/main.js';

test('an example whose dist/ is not what its main.ts renders is told by its files, before figures are made of it', () => {
  withFolder((folder) => {
    cpSync('examples/sizes', folder, { recursive: true });
    expect(staleFiles(folder, MAIN)).toEqual([]);
    const changed = 'production/runners/amd64-spot/deployment.yaml';
    const removed = 'production/runners/arm64-spot/role.yaml';
    const file = join(folder, 'dist', changed);
    writeFileSync(file, readFileSync(file, 'utf8').replace('replicas: 0', 'replicas: 1'));
    rmSync(join(folder, 'dist', removed));
    expect(staleFiles(folder, MAIN)).toEqual([changed, removed]);
  });
});

test('an example that does not render is an error with what it says', () => {
  withFolder((folder) => {
    expect(() => staleFiles(folder, MAIN)).toThrow(/does not render:[\s\S]*cdk8s\.yaml/);
  });
});
