import { at, fieldsOf } from '../../values/record';
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

const ROLE_ARN = 'eks.amazonaws.com/role-arn';

function accountImpacts(change: ChangedObject): Impact[] {
  const { before, after } = change;
  if (!after) return [];
  const [old, now] = [before, after].map((one) => at(one?.body, ['metadata', 'annotations', ROLE_ARN]));
  const [wasClosed, isClosed] = [before, after].map(
    (one) => at(one?.body, ['automountServiceAccountToken']) === false,
  );
  return [
    ...(now !== undefined && old !== now
      ? [`Its pods act as ${String(now)} in AWS${old === undefined ? '' : `, before as ${String(old)}`}.`]
      : []),
    ...(wasClosed && !isClosed ? ['Pods that say nothing of it get its token.'] : []),
  ].map((what) => impact('identities', 'security', change, what, 'Code in a pod has what its account has.'));
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
