import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFile } from '../../lib/app/whole-file';
import { withFolder } from './temporary-folder';

test('a file is replaced whole, and keeps its mode', () => {
  withFolder((folder) => {
    const file = join(folder, 'package.json');
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    writeWholeFile(file, 'new', true, 'init');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o640]);
    expect(readdirSync(folder)).toEqual(['package.json']);
  });
});

test('where it can not be written, what was there stays, and nothing is left beside it', () => {
  withFolder((folder) => {
    // A name that leaves no room for that of a draft.
    const file = join(folder, 'x'.repeat(250));
    writeFileSync(file, 'old');
    expect(() => writeWholeFile(file, 'new', true, 'init')).toThrow('ENAMETOOLONG');
    expect([readdirSync(folder).length, readFileSync(file, 'utf8')]).toEqual([1, 'old']);
  });
});

test('a file that is there is not replaced unless that is asked for', () => {
  withFolder((folder) => {
    const file = join(folder, 'sub/file');
    writeWholeFile(file, 'old', false, 'init');
    expect(() => writeWholeFile(file, 'new', false, 'init')).toThrow('EEXIST');
    expect([readdirSync(join(folder, 'sub')), readFileSync(file, 'utf8')]).toEqual([['file'], 'old']);
  });
});
