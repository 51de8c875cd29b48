import { POD_IDENTITY_ROLE_ANNOTATION, ROLE_ARN_ANNOTATION } from '../contract';
import type { FieldPath } from '../values/field-path';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import type { ObservedRunner } from './observe';
import { ofKind } from './of-kind';
import { POLICY_SWITCH } from './policy-switch';
import type { NeedKind, Reference } from './reference';

/** What nodes, accounts and caches need of AWS. */
export function awsNeeds(
  manifests: readonly Manifest[],
  runners: readonly ObservedRunner[],
): readonly Reference[] {
  return [
    ...ofKind(manifests, 'ServiceAccount').flatMap(accountNeeds),
    ...runners.flatMap((runner) => cacheNeeds(runner, manifests)),
    // That of EKS Auto Mode has the same fields.
    ...['EC2NodeClass', 'NodeClass'].flatMap((kind) => ofKind(manifests, kind)).flatMap(nodeClassNeeds),
    ...ofKind(manifests, 'NodeClass').flatMap(tagNeeds),
    ...policyNeeds(manifests),
  ];
}

/** The policies of EKS let the role of a cluster set no tags but its own on nodes: with others, none starts. */
function tagNeeds(manifest: Manifest): readonly Reference[] {
  const tags = Object.keys(fieldsOf(fieldsOf(manifest.body.spec).tags));
  const name = tags.length > 0 ? `to tag nodes with ${tags.join(', ')}` : undefined;
  return one('permission of the cluster role', name, manifest, ['spec', 'tags']);
}

function policyNeeds(manifests: readonly Manifest[]): readonly Reference[] {
  if (ofKind(manifests, 'NodeClass').length === 0) return [];
  const { namespace, name, key } = POLICY_SWITCH;
  return ofKind(manifests, 'NetworkPolicy').map((manifest) => ({
    kind: 'ConfigMap of the cluster',
    namespace,
    name,
    key: `${key}: "true"`,
    by: { manifest, path: ['spec', 'podSelector'] },
  }));
}

function accountNeeds(manifest: Manifest): readonly Reference[] {
  const assumed = ['metadata', 'annotations', ROLE_ARN_ANNOTATION];
  const given = ['metadata', 'annotations', POD_IDENTITY_ROLE_ANNOTATION];
  const role = textOf(at(manifest.body, given));
  const { name, namespace } = manifest;
  const by = { manifest, path: given };
  return [
    ...one('IAM role', textOf(at(manifest.body, assumed)), manifest, assumed),
    ...one('IAM role', role, manifest, given),
    ...(role === undefined ? [] : [{ kind: 'Pod Identity association' as const, namespace, name, by }]),
  ];
}

/** Managers sign the addresses of cached files as their ServiceAccount, by IRSA or by EKS Pod Identity. */
function cacheNeeds(runner: ObservedRunner, manifests: readonly Manifest[]): readonly Reference[] {
  const { config, index, manager, managerPod } = runner;
  const s3 = fieldsOf(fieldsOf(runner.table.cache).s3);
  const by = { manifest: config.manifest, path: config.path };
  const place = `runners[${index}].cache.s3`;
  const role = textOf(s3.RoleARN);
  const ofRole: Reference[] =
    role === undefined ? [] : [{ kind: 'IAM role', name: role, by: { ...by, within: `${place}.RoleARN` } }];
  const key = textOf(s3.ServerSideEncryptionKeyID);
  if (key !== undefined)
    ofRole.push({ kind: 'KMS key', name: key, by: { ...by, within: `${place}.ServerSideEncryptionKeyID` } });
  if (s3.AuthenticationType !== 'iam' || manager === undefined || hasKeys(managerPod)) return ofRole;
  const name = textOf(managerPod.serviceAccountName) ?? 'default';
  const { namespace } = manager;
  const account = ofKind(manifests, 'ServiceAccount').find(
    (manifest) => manifest.name === name && manifest.namespace === namespace,
  );
  if (at(account?.body, ['metadata', 'annotations', ROLE_ARN_ANNOTATION]) !== undefined) return ofRole;
  const within = `${place}.AuthenticationType`;
  return [...ofRole, { kind: 'Pod Identity association', namespace, name, by: { ...by, within } }];
}

/** Whether a manager has keys in its environment, which come before what its ServiceAccount may do. */
function hasKeys(managerPod: Fields): boolean {
  return listOf(managerPod.containers).some((container) =>
    listOf(fieldsOf(container).env).some((variable) => fieldsOf(variable).name === 'AWS_ACCESS_KEY_ID'),
  );
}

function nodeClassNeeds(manifest: Manifest): readonly Reference[] {
  const spec = fieldsOf(manifest.body.spec);
  const role = textOf(spec.role);
  const profile = textOf(spec.instanceProfile);
  const principal = profile === undefined ? role : `role of instance profile ${profile}`;
  // That of the built-in pools has one; any other role needs both, or its nodes never join.
  const ofAutoMode =
    manifest.kind === 'NodeClass' ? ' (type EC2, access policy AmazonEKSAutoNodePolicy)' : '';
  const entry = principal && `${principal}${ofAutoMode}`;
  return [
    ...one('IAM role', role, manifest, ['spec', 'role']),
    ...one('instance profile', profile, manifest, ['spec', 'instanceProfile']),
    ...one('EKS access entry', entry, manifest, ['spec', profile === undefined ? 'role' : 'instanceProfile']),
    ...selected('subnets', spec.subnetSelectorTerms, manifest, 'subnetSelectorTerms'),
    ...selected('security groups', spec.securityGroupSelectorTerms, manifest, 'securityGroupSelectorTerms'),
    ...selected('subnets', spec.podSubnetSelectorTerms, manifest, 'podSubnetSelectorTerms'),
    ...selected(
      'security groups',
      spec.podSecurityGroupSelectorTerms,
      manifest,
      'podSecurityGroupSelectorTerms',
    ),
    ...one('KMS key', textOf(at(spec, ['ephemeralStorage', 'kmsKeyID'])), manifest, [
      'spec',
      'ephemeralStorage',
      'kmsKeyID',
    ]),
    ...listOf(spec.blockDeviceMappings).flatMap((mapping, index) =>
      one('KMS key', textOf(at(mapping, ['ebs', 'kmsKeyID'])), manifest, [
        'spec',
        'blockDeviceMappings',
        index,
        'ebs',
        'kmsKeyID',
      ]),
    ),
  ];
}

/** Terms of a selector: by tags, id or name. */
function selected(kind: NeedKind, terms: unknown, manifest: Manifest, field: string): readonly Reference[] {
  return listOf(terms).flatMap((term, index) => {
    const { tags, ...others } = fieldsOf(term);
    const parts = Object.entries({ ...textsOf(tags), ...textsOf(others) }).map(
      ([key, text]) => `${key}=${text}`,
    );
    return one(kind, parts.join(', ') || undefined, manifest, ['spec', field, index]);
  });
}

function one(
  kind: NeedKind,
  name: string | undefined,
  manifest: Manifest,
  path: FieldPath,
): readonly Reference[] {
  return name === undefined ? [] : [{ kind, name, by: { manifest, path } }];
}
