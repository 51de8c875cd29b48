import type { Labels, ResolvedFleet } from '../lib/fleet/resolved-fleet';

/**
 * Keeps what a mistaken merge must not delete. Argo CD: `Prune=false` when it leaves git, `Delete=false` when its Application
 * is deleted; `IgnoreExtraneous`, or the Application stays OutOfSync once it has left git, and selfHeal syncs in a loop.
 */
export const KEEP_ON_PRUNE: Labels = {
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
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
