import type { KubernetesTable, RunnerTable } from '../config/toml';
import type { Job } from './job';

/** A variable with its value, which names others as `$NAME` only where nothing here says what they are. */
export type Variable = readonly [name: string, value: string];

/**
 * All variables of a job, those of the runner's `environment` before its own: each of them counts for maps, such as
 * node_selector, and the last one of a name elsewhere.
 * @see gitlab-runner 19.4 common/build.go, GetAllVariables
 */
export function variablesOf(runner: Pick<RunnerTable, 'environment'>, job: Job): readonly Variable[] {
  const written = [...environmentOf(runner), ...Object.entries(job.variables ?? {})];
  const known = new Map(written);
  const expand = (text: string) =>
    text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (all, bare, braced) => known.get(bare ?? braced) ?? all);
  return written.map(([name, value]) => [name, expand(value)]);
}

function environmentOf({ environment }: Pick<RunnerTable, 'environment'>): readonly Variable[] {
  const lines: readonly unknown[] = Array.isArray(environment) ? environment : [];
  return lines.map(String).flatMap((line): Variable[] => {
    const end = line.indexOf('=');
    return end < 0 ? [] : [[line.slice(0, end), line.slice(end + 1)]];
  });
}

/** The last value of a variable; undefined for none, and for one that only a job knows. */
export function valueOfVariable(variables: readonly Variable[], name: string): string | undefined {
  const value = variables.filter(([one]) => one === name).pop()?.[1];
  return value === undefined || isOpen(value) ? undefined : value;
}

/** Whether a value names a variable that nothing here gives. */
export function isOpen(value: string): boolean {
  return /\$[\w{]/.test(value);
}

/**
 * The table of a runner with the namespace and the ServiceAccount that its own `environment` puts in their place, which is
 * where jobs run that say nothing. One that the pattern refuses stays out: then no job runs at all.
 */
export function withEnvironmentPlaces<T extends Pick<RunnerTable, 'environment' | 'kubernetes'>>(
  runner: T,
): T {
  const { kubernetes } = runner;
  const variables = variablesOf(runner, {});
  const given = (['namespace', 'service_account'] as const).flatMap((key) => {
    const allowed = kubernetes[`${key}_overwrite_allowed`];
    const value = valueOfVariable(variables, `KUBERNETES_${key.toUpperCase()}_OVERWRITE`);
    return allowed && value ? [[key, value] as const] : [];
  });
  if (given.length === 0) return runner;
  return { ...runner, kubernetes: { ...kubernetes, ...Object.fromEntries(given) } as KubernetesTable };
}
