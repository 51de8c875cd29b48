import type { FieldPath } from '../values/field-path';
import { fieldsOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';

/** Annotations by which Flux, Argo CD or kubectl apply an object otherwise than it stands in git, or not at all. */
export const LEFT_OUT_ANNOTATION =
  /^(?:(?:internal\.)?config\.kubernetes\.io\/.*|argocd\.argoproj\.io\/(?:hook|hook-delete-policy|sync-options|compare-options|ignore-.*)|kustomize\.toolkit\.fluxcd\.io\/(?!substitute$).*|helm\.sh\/.*)$/;
/** Fields of metadata by which the API server deletes an object, or keeps it when it is deleted. */
export const LEFT_OUT_METADATA =
  /^(?:ownerReferences|finalizers|deletionTimestamp|deletionGracePeriodSeconds)$/;

/** Something by which an object may be missing in the cluster. */
export interface LeftOutMark {
  readonly path: FieldPath;
  readonly key: string;
  readonly value: string;
}

/** What says that an object is not applied as it stands there, or deleted later. */
export function leftOutMarks({ kind, body }: Manifest): readonly LeftOutMark[] {
  const metadata = fieldsOf(body.metadata);
  const fields = Object.entries(metadata)
    .filter(([key, value]) => LEFT_OUT_METADATA.test(key) && value !== null && JSON.stringify(value) !== '[]')
    .map(([key, value]) => ({ path: ['metadata', key], key, value: JSON.stringify(value) }));
  const annotations = Object.entries(textsOf(metadata.annotations))
    .filter(([key, value]) => LEFT_OUT_ANNOTATION.test(key) && !isHarmless(kind, key, value))
    .map(([key, value]) => ({ path: ['metadata', 'annotations', key], key, value }));
  return [...fields, ...annotations];
}

/** Options of Argo CD by which an object is applied all the same. */
const HARMLESS_OPTIONS = [
  'Delete=false',
  'Prune=false',
  'PruneLast=true',
  'ServerSideApply=true',
  'SkipDryRunOnMissingResource=true',
];

function isHarmless(kind: string, key: string, value: string): boolean {
  switch (key) {
    case 'kustomize.toolkit.fluxcd.io/prune':
      return value === 'disabled';
    case 'argocd.argoproj.io/compare-options':
      return value === 'IgnoreExtraneous';
    case 'argocd.argoproj.io/ignore-healthcheck':
      return kind === 'SealedSecret' || kind === 'PersistentVolumeClaim';
    case 'argocd.argoproj.io/sync-options':
      return value.split(',').every((option) => HARMLESS_OPTIONS.includes(option.trim()));
    default:
      return false;
  }
}
