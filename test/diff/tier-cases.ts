import type { SourceFile } from '../../lib/cluster/manifest';
import { fakeCiphertext } from '../ciphertext';
import {
  type Change,
  edited,
  FLEET,
  readFixture,
  textOf,
  withManagers,
  without,
  withRunner,
} from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const KUBERNETES = '      [runners.kubernetes]\n';
/** A line more in the table [runners.kubernetes] of a runner. */
const key = (config: string, line: string): Change => [config, KUBERNETES, `${KUBERNETES}      ${line}\n`];

const OWN = '/deploy/configmap.yaml';
const NEW = '/evil/configmap.yaml';
const SEALED = 'amd64-spot/sealedsecret.yaml';
const SECOND = `    other: ${fakeCiphertext(9)}\n`;
const TWO_KEYS = edited(FLEET, [SEALED, '  encryptedData:\n', `  encryptedData:\n${SECOND}`]);
/** The fleet with a token that is not sealed here. */
const ELSEWHERE = without(FLEET, SEALED);
/** One more SealedSecret, in the namespace of jobs. */
const MORE_SEALED: SourceFile = {
  path: 'acme/more.yaml',
  text: textOf(SEALED)
    .replaceAll('namespace: gitlab-runners', 'namespace: gitlab-jobs')
    .replaceAll('name: runner-amd64-spot-token', 'name: more'),
};
const MANAGER_POOL = 'nodepool-gitlab-managers.yaml';
const TAINTS = / {6}taints:\n( {8}.*\n)+/;

/** Two tiers in one cluster, of which one limits images and runs for protected branches alone. */
const TIERS: readonly SourceFile[] = edited(
  [...FLEET, ...readFixture('neighbour')],
  key(OWN, 'allowed_images = ["registry.example.com/**"]'),
  [
    '/deploy/deployment.yaml',
    '  annotations:\n',
    '  annotations:\n    gitlab-runner-fleet/protected: "true"\n',
  ],
);
/** The same with one more runner in the tier that is trusted more. */
const joined = (...changes: readonly Change[]) => edited(withRunner(TIERS, 'deploy', 'evil'), ...changes);
/** The tiers where jobs of the one have an account. */
const WITH_ACCOUNT = edited(TIERS, key(OWN, 'service_account = "release"'));

const EXTRA = textOf('amd64-spot/rolebinding.yaml').replace('  name: runner-amd64-spot\n', '  name: extra\n');
const bound = (account: string): readonly SourceFile[] => [
  ...FLEET,
  { path: 'acme/extra.yaml', text: EXTRA.replace(/( {4}name: )runner-amd64-spot\n/, `$1${account}\n`) },
];
/** One more pool, which managers land on. */
const wide = (...changes: readonly Change[]): readonly SourceFile[] => [
  ...FLEET,
  ...edited(FLEET, [MANAGER_POOL, '  name: gitlab-managers\n', '  name: gitlab-wide\n'], ...changes)
    .filter(({ path }) => path.endsWith(MANAGER_POOL))
    .map(({ text }) => ({ path: 'acme/wide.yaml', text })),
];

/** The tiers with other tags of a runner, on its config and its manager. */
const tagged = (runner: string, from: RegExp, to: string) =>
  edited(TIERS, [`${runner}/configmap.yaml`, from, to], [`${runner}/deployment.yaml`, from, to]);
/** A fleet of which one runner takes jobs of protected branches alone. */
const GUARDED = edited(FLEET, [
  'arm64-on-demand/deployment.yaml',
  '  annotations:\n',
  '  annotations:\n    gitlab-runner-fleet/protected: "true"\n',
]);

/** What someone takes who joins a tier: by a runner, a binding, or a node. */
// biome-ignore format: a table of cases
export const TIER_CASES: readonly ImpactCase[] = [
  { rule: 'job-choices', name: 'a new runner with an account that nobody had', before: TIERS, after: joined(key(NEW, 'service_account = "deployer"')), says: ['security', /^Jobs of the runner get more: the rights of the ServiceAccount deployer\.$/] },
  { rule: 'job-choices', name: 'a new runner with the account of another one', before: WITH_ACCOUNT, after: withRunner(WITH_ACCOUNT, 'deploy', 'evil'), says: ['security', /the rights of the ServiceAccount release/] },
  { rule: 'job-choices', name: 'a runner under another name, with an account', before: TIERS, after: joined(key(NEW, 'service_account = "release"')).filter(({ path }) => !path.includes('/deploy/')), says: ['security', /the rights of the ServiceAccount release/] },
  { rule: 'job-choices', name: 'a second manager of a runner with an account', before: WITH_ACCOUNT, after: withManagers(WITH_ACCOUNT, 'deploy', 2) },
  { rule: 'job-choices', name: 'a new runner with the account that pods have anyway', before: TIERS, after: joined(key(NEW, 'service_account = "default"')) },
  { rule: 'job-choices', name: 'a new runner of any image, where its own tier limits them', before: TIERS, after: joined([NEW, /\n +allowed_images = .*/, '']), says: ['security', /allowed_images allows any image, before registry/] },
  { rule: 'job-choices', name: 'a new runner of any image, where another tier limits them', before: TIERS, after: withRunner(TIERS, 'amd64-spot', 'more') },
  { rule: 'job-choices', name: 'a new runner whose jobs use what others pulled', before: TIERS, after: joined([NEW, 'pull_policy = "always"', 'pull_policy = "if-not-present"']), says: ['security', /pull_policy is if-not-present: they may use/] },
  { rule: 'job-choices', name: 'a new runner without a pull policy', before: TIERS, after: joined([NEW, /\n +pull_policy = .*/, '']), says: ['security', /pull_policy is not set, which is if-not-present/] },
  { rule: 'job-choices', name: 'a pull policy that goes', before: TIERS, after: edited(TIERS, [OWN, /\n +pull_policy = .*/, '']), says: ['security', /pull_policy is not set, which is if-not-present/] },
  { rule: 'job-choices', name: 'a pull policy that is an empty list', before: TIERS, after: edited(TIERS, [OWN, 'pull_policy = "always"', 'pull_policy = []']), says: ['security', /pull_policy is not set/] },
  { rule: 'job-choices', name: 'a pull policy in a list', before: TIERS, after: edited(TIERS, [OWN, 'pull_policy = "always"', 'pull_policy = ["always"]']) },
  { rule: 'unjudged', name: 'a new runner that is not protected, in a tier of protected ones', before: TIERS, after: joined(['/evil/deployment.yaml', '    gitlab-runner-fleet/protected: "true"\n', '']), says: ['security', /^Unlike others of its kind: it does not have gitlab-runner-fleet\/protected: true\.$/] },
  { rule: 'unjudged', name: 'a new runner that is not protected, where another tier is', before: TIERS, after: withRunner(TIERS, 'amd64-spot', 'more') },

  { rule: 'rights-added', name: 'a binding for the account of every pod beside managers', after: bound('default'), says: ['security', /^In gitlab-jobs, the ServiceAccount gitlab-runners\/default may create, delete, get, update secrets/] },
  { rule: 'rights-added', name: 'a binding for an account that no manager runs as', after: bound('nobody'), says: ['security', /the ServiceAccount gitlab-runners\/nobody may/] },
  { rule: 'rights-added', name: 'a second binding of the same manager', after: bound('runner-amd64-spot') },

  { rule: 'tiers-joined', name: 'nodes of managers without their taint', after: edited(FLEET, [MANAGER_POOL, TAINTS, '']), says: ['security', /^Any pod of the cluster and managers may share nodes\.$/] },
  { rule: 'tiers-joined', name: 'a second pool for managers, without a taint', after: wide(['', /( {2}name: gitlab-wide\n[\s\S]*?) {6}taints:\n( {8}.*\n)+/, '$1']), says: ['security', /^Any pod of the cluster and managers may share nodes\.$/] },
  { rule: 'tiers-joined', name: 'a second pool for managers, with their taint', after: wide() },

  { rule: 'token-changed', name: 'another ciphertext, which says whose jobs come', after: edited(FLEET, [SEALED, fakeCiphertext(1), fakeCiphertext(9)]), says: ['security', /token is a different one.*Jobs of whoever owns the token run in this tier\.$/] },
  { rule: 'token-changed', name: 'a second key that no manager reads', after: TWO_KEYS, says: ['notice', /^The Secret gets other, which no manager here reads\.$/] },
  { rule: 'token-changed', name: 'another key that its manager reads, of a Secret that stays', before: TWO_KEYS, after: edited(TWO_KEYS, ['amd64-spot/deployment.yaml', /key: token-\w+/, 'key: other']), says: ['security', /^The token is a different one: its manager restarts/] },
  { rule: 'token-changed', name: 'a ciphertext that goes while its manager stays', after: without(FLEET, SEALED), says: ['security', /^The token is no longer sealed here, and its manager stays/] },
  { rule: 'token-changed', name: 'a ciphertext that comes back for a manager that ran meanwhile', before: without(FLEET, SEALED), after: FLEET, says: ['security', /^The token is a different one/] },
  { rule: 'token-changed', name: 'a ciphertext that goes with its runner', after: without(FLEET, '/runners/amd64-spot/') },
  { rule: 'token-changed', name: 'the first token of a new runner', after: withRunner(FLEET, 'amd64-spot', 'more'), says: ['info', /^A sealed token is added/] },
  { rule: 'token-changed', name: 'another key of a Secret that is filled elsewhere', before: ELSEWHERE, after: edited(ELSEWHERE, ['amd64-spot/deployment.yaml', /key: token-\w+/, 'key: mine']), says: ['security', /^The token is a different one: the manager reads mine of the Secret runner-amd64-spot-token, before token/] },
  { rule: 'token-changed', name: 'the same key of a Secret that is filled elsewhere', before: ELSEWHERE, after: edited(ELSEWHERE, ['amd64-spot/deployment.yaml', 'replicas: 1', 'replicas: 2']) },
  { rule: 'token-changed', name: 'a sealed Secret that no manager reads', after: [...FLEET, MORE_SEALED] },
  { rule: 'unknown-object', name: 'a sealed Secret that no manager reads', after: [...FLEET, MORE_SEALED], says: ['security', /^No manager reads this SealedSecret, nor do jobs by a config\.toml, and it is new\.$/] },
  { rule: 'unknown-object', name: 'a sealed Secret that jobs pull images with', after: edited([...FLEET, MORE_SEALED], key('amd64-spot/configmap.yaml', 'image_pull_secrets = ["more"]')) },

  { rule: 'tier-tags', name: 'the tags of a protected tier on a shared runner', before: TIERS, after: tagged('amd64-spot', /(fleet\/tags: .*)/, '$1,deploy'), says: ['security', /^With the tags amd64, .*deploy, acme-amd64-spot gets jobs that are meant for protected-deploy, of fleet protected, which is protected\.$/] },
  { rule: 'tier-tags', name: 'the same on its Deployment alone, of which tokens are made', before: TIERS, after: edited(TIERS, ['amd64-spot/deployment.yaml', /(fleet\/tags: .*)/, '$1,deploy']), says: ['security', /meant for protected-deploy/] },
  { rule: 'tier-tags', name: 'a tier whose tags become fewer', before: tagged('/deploy', /(fleet\/tags: ).*/, '$1deploy,amd64'), after: tagged('/deploy', /(fleet\/tags: ).*/, '$1amd64'), says: ['security', /acme-amd64-spot gets jobs that are meant for protected-deploy/] },
  { rule: 'tier-tags', name: 'a new runner with the tags of a tier', before: TIERS, after: edited(withRunner(TIERS, 'amd64-spot', 'more'), ['/more/configmap.yaml', /(fleet\/tags: ).*/, '$1deploy']), says: ['security', /acme-more gets jobs that are meant for protected-deploy/] },
  { rule: 'tier-tags', name: 'the tags of a protected runner of the same fleet', before: GUARDED, after: edited(GUARDED, ['arm64-spot/configmap.yaml', /(fleet\/tags: .*)/, '$1,on-demand']), says: ['security', /acme-arm64-spot gets jobs that are meant for acme-arm64-on-demand, which is protected\.$/] },
  { rule: 'tier-tags', name: 'the tags of a runner of the same fleet', after: edited(FLEET, ['arm64-spot/configmap.yaml', /(fleet\/tags: .*)/, '$1,on-demand']) },
  { rule: 'tier-tags', name: 'a runner that becomes protected, while another one has its tags', before: edited(FLEET, ['arm64-spot/configmap.yaml', /(fleet\/tags: .*)/, '$1,on-demand']), after: edited(GUARDED, ['arm64-spot/configmap.yaml', /(fleet\/tags: .*)/, '$1,on-demand']) },
  { rule: 'tier-tags', name: 'some tags of a protected runner, by which its jobs find another one', before: GUARDED, after: edited(GUARDED, ['arm64-spot/configmap.yaml', /(fleet\/tags: ).*/, '$1on-demand,arm64']), says: ['security', /acme-arm64-spot/] },
  { rule: 'tier-tags', name: 'a tag of a protected runner that another one had before', before: GUARDED, after: edited(GUARDED, ['arm64-spot/configmap.yaml', /(fleet\/tags: ).*/, '$1arm64,web']) },
  { rule: 'tier-tags', name: 'another tag', before: TIERS, after: tagged('amd64-spot', /(fleet\/tags: .*)/, '$1,web') },
  { rule: 'tier-tags', name: 'another tag where the tags of a tier were there before', before: tagged('amd64-spot', /(fleet\/tags: .*)/, '$1,deploy'), after: tagged('amd64-spot', /(fleet\/tags: .*)/, '$1,deploy,web') },
];
