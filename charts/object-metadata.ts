import type { Labels, ResolvedFleet } from '../lib/fleet/resolved-fleet';

/** Prune protection for Flux and Argo CD: what a mistaken merge must not delete. */
export const KEEP_ON_PRUNE: Labels = {
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  'argocd.argoproj.io/sync-options': 'Prune=false',
};

/** Keeps Flux from expanding `${...}`, which is the runner's to expand. */
export const KEEP_VERBATIM: Labels = { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' };

/** Order for Argo CD: lower waves are applied first and deleted last. */
export const ARGO_WAVE = 'argocd.argoproj.io/sync-wave';

/**
 * The recommended labels, and the fleet's own. None of them carries a version: it would touch every object at every
 * release.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function objectLabels(fleet: ResolvedFleet, component: string, instance: string): Labels {
  return {
    'app.kubernetes.io/name': 'gitlab-runner',
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': fleet.name,
    'app.kubernetes.io/managed-by': 'cdk8s',
    ...fleet.labels,
  };
}
