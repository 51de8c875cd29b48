import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../../lib/app/dist-folder';
import { EXAMPLES } from '../../tools/scripts/classes';
import { DEFAULT_FLEET, render, sealedTokens, VARIED_FLEET } from '../fleets';
import type { Verdict } from '../schema/validate.mjs';
import { withFolder } from './temporary-folder';

const STORE = { from: 'external-secret', store: 'aws' } as const;

let validate: (folder: string) => Verdict;
beforeAll(async () => {
  ({ validate } = await import('../schema/validate.mjs'));
});

test.each([
  ['the default fleet', DEFAULT_FLEET, 42],
  ['a varied fleet', VARIED_FLEET, 39],
  ['a fleet with tokens from a store', { ...DEFAULT_FLEET, tokens: STORE }, 42],
  ['a fleet with tokens that exist', { ...DEFAULT_FLEET, tokens: { from: 'existing-secret' } as const }, 38],
])('%s is valid by the schemas of Karpenter, sealed-secrets and Kubernetes', (_, fleet, count) => {
  withFolder((folder) => {
    writeFiles(folder, render(fleet, 'tokens' in fleet ? new Map() : sealedTokens(fleet)));
    expect(validate(folder)).toEqual({ validated: count, complaints: [] });
  });
});

test('the schemas object to a fault in an ExternalSecret', () => {
  withFolder((folder) => {
    writeFiles(
      folder,
      render({ ...DEFAULT_FLEET, tokens: STORE }).map(({ path, text }) => ({
        path,
        text: text.replace('creationPolicy: Owner', 'creationPolicy: Nobody'),
      })),
    );
    expect(validate(folder).complaints).toHaveLength(4);
  });
});

test('the examples are valid by them too', () => {
  for (const name of EXAMPLES) expect(validate(`examples/${name}/dist`).complaints).toEqual([]);
});

test.each([
  [
    'production/karpenter/nodepool-gitlab-managers.yaml',
    'consolidationPolicy: WhenEmpty',
    'consolidationPolicy: Sometimes',
  ],
  ['production/karpenter/ec2nodeclass-gitlab-jobs.yaml', 'httpTokens: required', 'httpTokens: perhaps'],
  ['production/runners/amd64-spot/deployment.yaml', 'replicas: 0', 'replicas: none'],
  ['production/runners/amd64-spot/sealedsecret.yaml', 'encryptedData:', 'encrypted:'],
])('the schemas object to a fault in %s', (path, good, bad) => {
  withFolder((folder) => {
    writeFiles(folder, render(DEFAULT_FLEET));
    const text = readFileSync(join(folder, path), 'utf8');
    expect(text).toContain(good);
    writeFileSync(join(folder, path), text.replace(good, bad));
    expect(validate(folder).complaints).toEqual([expect.stringContaining(path)]);
  });
});
