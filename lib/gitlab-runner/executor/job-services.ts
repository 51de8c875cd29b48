import { isDnsLabel, isDnsSubdomain } from '../../values/label';
import type { KubernetesTable } from '../config/toml';
import { type Job, type JobService, Refusal } from './job';

/** A service as a container of the job pod. */
export interface ServiceContainer {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly aliases: readonly string[];
}

/**
 * Services of the config and the job, in the order of their containers. Each is called by its first alias that is a DNS
 * label and that none before it has, else by number.
 * @see gitlab-runner executors/kubernetes/kubernetes.go, getServiceName
 */
export function servicesOf(kubernetes: KubernetesTable, job: Job): ServiceContainer[] {
  const used = new Set<string>();
  let unnamed = 0;
  const own = (kubernetes.services ?? []).map(({ name = '', alias }) => ({ name, alias }));
  const all: JobService[] = [
    ...own,
    ...(job.services ?? []).map((one) => (typeof one === 'string' ? { name: one } : one)),
  ];
  return all
    .filter(({ name }) => name !== '')
    .map(({ name: image, alias = '', user }) => {
      const aliases = alias.split(/[\s,]+/).filter((one) => one !== '');
      const free = aliases.filter((one) => !used.has(one));
      const label = free.findIndex((one) => isDnsLabel(one));
      for (const one of label < 0 ? free : free.slice(0, label + 1)) used.add(one);
      const name = label < 0 ? `svc-${unnamed++}` : free[label];
      return { name, image, aliases, ...(user !== undefined && { user }) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Refuses an alias that can't stand in /etc/hosts. What a variable in it comes to is not known. */
export function checkAliases({ image, aliases }: ServiceContainer): void {
  const invalid = aliases.find((alias) => !alias.includes('$') && !isDnsSubdomain(alias));
  if (invalid === undefined) return;
  const message = `the alias "${invalid}" of the service ${image} is not a valid DNS name: the runner makes no pod`;
  throw new Refusal('runner_system_failure', message);
}
