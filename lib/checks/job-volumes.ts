import type { ObservedRunner } from '../cluster/observe';
import { fieldsOf, listOf, textOf } from '../values/record';
import { ADMITTED_RULES } from './admitted-rules';
import type { Finding } from './finding';

/** Volumes and mounts of one name or place, which the API server refuses. */
export function volumeFindings({ config, index, table, job }: ObservedRunner): Finding[] {
  if (!job) return [];
  const names = listOf(fieldsOf(job.spec).volumes).map((one) => textOf(fieldsOf(one).name) ?? '');
  const paths = Object.values(fieldsOf(table.kubernetes.volumes))
    .flatMap(listOf)
    .map((one) => textOf(fieldsOf(one).mount_path) ?? '');
  const twice = [
    ...repeated(names).map((name) => `two volumes are called ${name}`),
    ...repeated(paths).map((path) => `two volumes are mounted at ${path}`),
  ];
  if (twice.length === 0) return [];
  return [
    ADMITTED_RULES.finding('volumes', {
      severity: 'error',
      at: { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes.volumes` },
      found: twice.join('; '),
      why: 'names and mount paths of volumes must be unique in a pod: the API server refuses every job pod. The executor itself calls volumes repo, scripts and logs',
      fix: 'give each volume a name and a mount path of its own',
    }),
  ];
}

function repeated(texts: readonly string[]): string[] {
  const named = texts.filter((text) => text !== '');
  return [...new Set(named.filter((text, index) => named.indexOf(text) !== index))];
}
