import type { SourceFile } from '../../lib/cluster/manifest';
import { fakeCiphertext } from '../ciphertext';
import { edited, FLEET, without } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const CONFIG = 'amd64-spot/configmap.yaml';
const FILE = 'acme/mirror.yaml';
const mirror = (text: string): SourceFile => ({
  path: FILE,
  text: `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: mirror, namespace: gitlab-jobs }
spec:
  encryptedData: { .dockerconfigjson: ${text} }
  template: { type: kubernetes.io/dockerconfigjson }
`,
});
/** The fleet whose jobs pull with a Secret. */
const PULLS = edited(FLEET, [
  CONFIG,
  '      [runners.kubernetes]\n',
  '      [runners.kubernetes]\n      image_pull_secrets = ["mirror"]\n',
]);
const [OPEN, FIRST, SECOND] = ['not sealed yet', fakeCiphertext(4, 60), fakeCiphertext(5, 60)].map((text) => [
  ...PULLS,
  mirror(text),
]);

// biome-ignore format: a table of cases
export const PULL_SECRET_CASES: readonly ImpactCase[] = [
  { rule: 'pull-secret-changed', name: 'the first one', before: PULLS, after: FIRST, says: ['info', /^Nodes pull images with the pull secret once its Secret is there\.$/] },
  { rule: 'pull-secret-changed', name: 'a ciphertext for a placeholder', before: OPEN, after: FIRST, says: ['info', /^Nodes pull images with the pull secret/] },
  { rule: 'pull-secret-changed', name: 'another ciphertext', before: FIRST, after: SECOND, says: ['notice', /^The pull secret is a different one: .* If its credentials are wrong, new jobs fail\.$/] },
  { rule: 'pull-secret-changed', name: 'a placeholder in its place', before: FIRST, after: OPEN, says: ['notice', /^The pull secret is no longer sealed here: the live Secret stays/] },
  { rule: 'pull-secret-changed', name: 'another label', before: FIRST, after: edited(FIRST, [FILE, 'name: mirror,', 'name: mirror, labels: { team: web },']) },
  { rule: 'pull-secret-changed', name: 'one that goes', before: FIRST, after: without(FIRST, FILE) },
  { rule: 'pull-secret-changed', name: 'a token that changes', after: edited(FLEET, ['amd64-spot/sealedsecret.yaml', fakeCiphertext(1), fakeCiphertext(9)]) },
  { rule: 'token-changed', name: 'a pull secret that changes', before: FIRST, after: SECOND },
  { rule: 'unjudged', name: 'a pull secret that changes', before: FIRST, after: SECOND },
  { rule: 'unknown-object', name: 'a pull secret that jobs use', before: PULLS, after: FIRST },
  { rule: 'unknown-object', name: 'a pull secret that nobody uses', after: [...FLEET, mirror(fakeCiphertext(4, 60))], says: ['security', /No manager reads this SealedSecret/] },
];
