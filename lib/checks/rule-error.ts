import { displayName, type Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import type { Runner } from '../cluster/runners';
import type { Check } from './check';

/** A check failed instead of judging: a bug of ours, whatever the manifests hold. */
export class RuleError extends Error {
  override readonly name = 'RuleError';

  constructor(
    /** Id of the check. */
    readonly group: string,
    /** The object that it fails on; undefined where it takes several. */
    readonly object: Manifest | undefined,
    override readonly cause: unknown,
  ) {
    const where = object === undefined ? '' : ` on ${displayName(object)} (${object.file})`;
    super(`check ${group} failed${where}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Runs a check; what it throws says which check it was, and on which object. */
export function runCheck(check: Check, subject: Subject): ReturnType<Check['run']> {
  try {
    return check.run(subject);
  } catch (error) {
    throw new RuleError(check.id, culpritOf(check, subject), error);
  }
}

/** The first object that a check fails on when it sees nothing else. */
function culpritOf(check: Check, subject: Subject): Manifest | undefined {
  return subject.manifests.find((manifest) => {
    try {
      check.run(only(subject, manifest));
      return false;
    } catch {
      return true;
    }
  });
}

/** What comes of one manifest: itself, its pool, its configs, and the runners that it configures or runs. */
function only(subject: Subject, manifest: Manifest): Subject {
  const isOf = ({ config, manager }: Runner) => config.manifest === manifest || manager === manifest;
  return {
    settings: subject.settings,
    money: subject.money,
    manifests: [manifest],
    others: subject.others,
    pools: subject.pools.filter((pool) => pool.manifest === manifest),
    configs: subject.configs.filter((config) => config.manifest === manifest),
    runners: subject.runners.filter(isOf),
    cleanups: subject.cleanups.filter((cleanup) => cleanup.manifest === manifest),
    podless: subject.podless.filter(isOf),
    certificates: subject.certificates,
    elsewhere: subject.elsewhere,
    unread: subject.unread.filter((workload) => workload === manifest),
  };
}
