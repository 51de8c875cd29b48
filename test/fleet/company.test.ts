import { needsOf } from '../../lib/cluster/needs';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { findingsIn } from '../checks/cases';
import { COMPANY_FLEET, render } from '../fleets';

const FILES = render(COMPANY_FLEET);

test('a fleet behind a proxy, with a CA, a shut VPC and a store with keys, is described without a patch', () => {
  expect(JSON.stringify(COMPANY_FLEET)).not.toMatch(/"(patches|config)"/);
  const found = findingsIn(FILES).filter(({ severity }) => severity !== 'note');
  expect(found.map(({ id, why }) => `${id}: ${why}`)).toEqual([]);
});

test('what it needs from elsewhere is listed: its keys, a role for the cache that has none, and a key of KMS', () => {
  const needs = needsOf(observe(parseManifests(FILES).manifests));
  const named = needs.map(({ kind, namespace, name }) => [kind, namespace, name].filter(Boolean).join('/'));
  expect(named).toEqual(
    expect.arrayContaining([
      'Secret/company-runners/cache-keys',
      'Pod Identity association/company-runners/runner-releases',
      'KMS key/alias/release-cache',
    ]),
  );
  expect(named).not.toContain('Pod Identity association/company-runners/runner-amd64-spot');
});

test('a runner takes back the server and the keys that it inherits', () => {
  const texts = FILES.filter(({ path }) => path.includes('/releases/'))
    .map(({ text }) => text)
    .join('');
  expect(texts).not.toMatch(/minio|AWS_ACCESS_KEY_ID/);
});
