import type { RunnerTable } from './config/toml';

/**
 * Most pause pods that one manager keeps for an entry; 0 without any.
 *
 * @param concurrency most jobs of the entry at once, which `scale_factor` multiplies
 * @see gitlab-runner 19.3 executors/kubernetes/autoscaler/pause_pod_manager.go, calculateDesiredReplicas
 */
export function mostPausePods({ kubernetes: { autoscaler } }: RunnerTable, concurrency: number): number {
  const wanted = (autoscaler?.policy ?? []).map(
    ({ idle_count: idle = 0, scale_factor: factor = 0, scale_factor_limit: limit = 0 }) => {
      const scaled = factor > 0 ? Math.ceil(factor * concurrency) : 0;
      return Math.max(idle, limit > 0 ? Math.min(scaled, limit) : scaled);
    },
  );
  const most = Math.max(0, ...wanted);
  const bound = autoscaler?.max_pause_pods ?? 0;
  return bound > 0 ? Math.min(most, bound) : most;
}
