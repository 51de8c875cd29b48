import type { RunnerConfig } from '../cluster/config-files';
import type { Finding } from './finding';

type Problem = Omit<Finding, 'id'>;

/** What `register` ignores or refuses. */
export function templateProblems({
  manifest,
  path,
  parsed,
  stray,
  unused: { entries, keys },
}: RunnerConfig): readonly (readonly ['template-entries' | 'template-globals', Problem])[] {
  if (parsed === undefined) return [];
  const at = { manifest, path, within: 'runners' };
  const found: (readonly ['template-entries' | 'template-globals', Problem])[] = [];
  if (stray.length > 0) {
    found.push([
      'template-entries',
      {
        severity: 'warning',
        at,
        found: `${stray.length === 1 ? 'an entry' : `${stray.length} entries`} without url and token`,
        why: 'registration without a template writes an entry of its own: the runner skips this one, and what it says does nothing',
        fix: 'hand it to register with --template-config',
      },
    ]);
  }
  if (entries !== 1) {
    found.push([
      'template-entries',
      {
        severity: 'error',
        at,
        found: `${entries} [[runners]] entries`,
        why: 'a template must hold exactly one [[runners]] entry: registration ends, and the manager never starts',
        fix: 'give each runner a manager of its own, or mount the whole config.toml',
      },
    ]);
  }
  if (keys.length > 0) {
    found.push([
      'template-globals',
      {
        severity: 'warning',
        at: { ...at, within: keys[0] },
        found: keys.join(', '),
        why: 'registration takes the [[runners]] entry of a template alone and ignores keys of the whole process',
        fix: 'write them into config.toml, which the manager starts with (in the chart, its own values)',
      },
    ]);
  }
  return found;
}
