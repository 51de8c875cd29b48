import { type Fields, fieldsOf, listOf, textOf } from '../../values/record';
import type { ConfigProblem } from './problem';

/** Kubernetes' idea of a DNS subdomain. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_MOST = 253;

/**
 * Aliases of services that are not DNS names: the executor makes a line of /etc/hosts of each, and refuses the job. A
 * variable in one may become anything.
 * @see gitlab-runner 19.3 executors/kubernetes/host_aliases.go, createServicesHostAlias
 */
export function serviceFaults({ kubernetes }: Fields, path: string): readonly ConfigProblem[] {
  return listOf(fieldsOf(kubernetes).services).flatMap((service, index) =>
    aliasesOf(service)
      .filter((alias) => !alias.includes('$') && !isSubdomain(alias))
      .map((alias) => ({
        id: 'service-alias' as const,
        severity: 'error' as const,
        at: `${path}.services[${index}].alias`,
        found: alias,
        why: 'an alias is a host name of the job, and this is not a valid one: every job of the runner ends in a runner system failure',
        fix: `write small letters, digits, - and ., for example "${asSubdomain(alias)}"`,
      })),
  );
}

function aliasesOf(service: unknown): readonly string[] {
  const alias = textOf(fieldsOf(service).alias) ?? '';
  return alias.split(/[\s,]+/).filter(Boolean);
}

function isSubdomain(alias: string): boolean {
  return alias.length <= SUBDOMAIN_MOST && SUBDOMAIN.test(alias);
}

function asSubdomain(alias: string): string {
  const text = alias
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return isSubdomain(text) ? text : 'db';
}
