import type { KubernetesTable, RunnerTable } from '../../gitlab-runner/config/toml';
import type { NormalRunner } from '../normal-fleet';
import type { NormalJob } from '../normal-jobs';
import type { JobServiceProps } from '../props/job';
import type { Labels } from '../resolved-fleet';

/** Variables of all jobs that the description says, as config.toml has them. */
export function jobEnvironment({ job: { environment } }: NormalRunner): readonly string[] {
  return variables(environment);
}

function variables(environment: Labels): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** Scripts around those of each job. */
export function scriptKeys({ job: { scripts } }: NormalRunner): Partial<RunnerTable> {
  const { preGetSourcesScript, postGetSourcesScript, preBuildScript, postBuildScript } = scripts;
  return {
    ...(preGetSourcesScript !== undefined && { pre_get_sources_script: preGetSourcesScript }),
    ...(postGetSourcesScript !== undefined && { post_get_sources_script: postGetSourcesScript }),
    ...(preBuildScript !== undefined && { pre_build_script: preBuildScript }),
    ...(postBuildScript !== undefined && { post_build_script: postBuildScript }),
  };
}

/** Keys for the pods of all jobs, after those that image builds need. */
export function jobKeys({ dockerInDocker, job }: NormalRunner, ofBuilds: KubernetesTable): KubernetesTable {
  const { services: first = [], allowed_services: needed = [] } = ofBuilds;
  const own = job.services.map(({ image }) => image);
  const services = [...first, ...job.services.map(serviceTable)];
  const { allowedImages, allowedServices, hostAliases, priorityClassName, runtimeClassName } = job;
  // With a Docker daemon every service is privileged, so only those that dockerInDocker allows may run.
  const patterns = dockerInDocker ? needed : allowedServices;
  return {
    ...(priorityClassName !== undefined && { priority_class_name: priorityClassName }),
    ...(runtimeClassName !== undefined && { runtime_class_name: runtimeClassName }),
    ...(allowedImages.length > 0 && { allowed_images: [...allowedImages] }),
    // The patterns apply to the runner's own services too.
    ...(patterns.length > 0 && { allowed_services: [...new Set([...needed, ...own, ...patterns])] }),
    ...(services.length > 0 && { services }),
    ...(hostAliases.length > 0 && {
      host_aliases: hostAliases.map(({ ip, hostnames }) => ({ ip, hostnames: [...hostnames] })),
    }),
    ...affinityKey(job.podAffinity),
  };
}

/** Preferences for places, those for and those against, in the order in which they are described. */
function affinityKey(preferences: NormalJob['podAffinity']): Pick<KubernetesTable, 'affinity'> {
  const [near, far] = (['together', 'apart'] as const).map((wanted) =>
    preferences.filter(({ prefer }) => prefer === wanted).map(weighted),
  );
  if (near.length + far.length === 0) return {};
  return {
    affinity: {
      ...(near.length > 0 && {
        pod_affinity: { preferred_during_scheduling_ignored_during_execution: near },
      }),
      ...(far.length > 0 && {
        pod_anti_affinity: { preferred_during_scheduling_ignored_during_execution: far },
      }),
    },
  };
}

function weighted({ matchLabels, topologyKey, weight }: NormalJob['podAffinity'][number]) {
  const expressions = Object.entries(matchLabels).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
  }));
  const term = { topology_key: topologyKey, label_selector: { match_expressions: expressions } };
  return { weight, pod_affinity_term: term };
}

function serviceTable({ alias, command, entrypoint, environment, image }: JobServiceProps) {
  return {
    name: image,
    ...(alias !== undefined && { alias }),
    ...(entrypoint && { entrypoint: [...entrypoint] }),
    ...(command && { command: [...command] }),
    ...(environment && { environment: variables(environment) }),
  };
}
