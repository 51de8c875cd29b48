import type { Manifest } from '../../cluster/manifest';
import { POD_IDENTITY_ROLE_ANNOTATION, ROLE_ARN_ANNOTATION } from '../../contract';
import { at, fieldsOf, listOf } from '../../values/record';
import { type ChangedObject, changed, changesOf, type Impact, impact, objectOf, type Rule } from '../rule';

/** Accounts that get a role in AWS, or whose token reaches pods. */
export const identities: Rule = {
  id: 'identities',
  title: 'Whoever runs as an account has its role in AWS, and its token where pods get it.',
  run: (comparison) => [
    ...changesOf(comparison, 'ServiceAccount').flatMap(accountImpacts),
    ...comparison.changes.flatMap(associationImpacts),
  ],
};

function accountImpacts(change: ChangedObject): Impact[] {
  const { before, after } = change;
  if (!after) return [];
  const [old, now] = [before, after].map(roleOf);
  const [pulled, pulls] = [before, after].map(pullSecretsOf);
  const [wasClosed, isClosed] = [before, after].map(
    (one) => at(one?.body, ['automountServiceAccountToken']) === false,
  );
  return [
    ...(now !== undefined && old !== now
      ? [`Its pods act as ${String(now)} in AWS${old === undefined ? '' : `, before as ${String(old)}`}.`]
      : []),
    ...pulls
      .filter((name) => !pulled.includes(name))
      .map((name) => `Its pods pull images with the Secret ${name}.`),
    ...(wasClosed && !isClosed ? ['Pods that say nothing of it get its token.'] : []),
  ].map((what) => impact('identities', 'security', change, what, 'Code in a pod has what its account has.'));
}

/** The role that an account assumes, or gets by EKS Pod Identity. */
function roleOf(account: Manifest | undefined): unknown {
  const annotations = fieldsOf(at(account?.body, ['metadata', 'annotations']));
  return annotations[ROLE_ARN_ANNOTATION] ?? annotations[POD_IDENTITY_ROLE_ANNOTATION];
}

function pullSecretsOf(account: Manifest | undefined): readonly unknown[] {
  return listOf(account?.body.imagePullSecrets).map((one) => fieldsOf(one).name);
}

/** Kinds that say who has which role in AWS, and fields of them that do. */
const ASSOCIATIONS: Readonly<Record<string, readonly string[]>> = {
  PodIdentityAssociation: ['spec'],
  AccessEntry: ['spec'],
  ClusterConfig: ['iam', 'accessConfig', 'iamIdentityMappings'],
  Role: ['spec'],
  Policy: ['spec'],
};

function associationImpacts(change: ChangedObject): Impact[] {
  const { before, after } = change;
  const { apiVersion, kind } = objectOf(change);
  const paths = Object.hasOwn(ASSOCIATIONS, kind) ? ASSOCIATIONS[kind] : undefined;
  const isOfAws =
    /(^|\.)(aws\.|eksctl|services\.k8s\.aws)/.test(apiVersion) || kind === 'PodIdentityAssociation';
  if (!after || !paths || !isOfAws) return [];
  const touched = before
    ? paths.filter((path) => changed(change, path))
    : paths.filter((path) => Object.keys(fieldsOf(after.body[path])).length > 0);
  if (touched.length === 0) return [];
  const what = `Who may act as what in AWS is ${before ? 'another' : 'new'}: ${touched.join(', ')}.`;
  return [impact('identities', 'security', change, what, 'What the roles allow is not known here.')];
}
