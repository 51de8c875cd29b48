import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSealedFolder } from '../../lib/app/sealed-folder';
import { withFolder } from './temporary-folder';

describe('what decides with which key tokens are sealed is a file of the folder', () => {
  test('a certificate that is a link is refused', () => {
    withFolder((project) => {
      writeFileSync(join(project, 'c.pem'), 'a certificate\n');
      mkdirSync(join(project, 'sealed/acme'), { recursive: true });
      expect([...readSealedFolder(join(project, 'sealed'))]).toEqual([]);
      symlinkSync('../../c.pem', join(project, 'sealed/acme/cert.pem'));
      expect(() => readSealedFolder(join(project, 'sealed'))).toThrow(/cert\.pem is a link.*chooses the key/);
    });
  });

  test.each([
    ['sealed', /sealed is a link/],
    ['sealed/acme', /acme is not a sealed token/],
  ])('%s that is a link is refused', (link, says) => {
    withFolder((project) => {
      mkdirSync(join(project, 'elsewhere'));
      if (link !== 'sealed') mkdirSync(join(project, 'sealed'));
      symlinkSync(join(project, 'elsewhere'), join(project, link));
      expect(() => readSealedFolder(join(project, 'sealed'))).toThrow(says);
    });
  });
});
