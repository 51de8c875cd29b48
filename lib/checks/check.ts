import type { Subject } from '../cluster/observe';
import { realPath } from '../cluster/pod-workloads';
import type { Problem } from '../problem';
import type { FieldOfManifest, Finding } from './finding';

/** One thing that one can be wrong about. */
export interface Rule {
  /** `<group>/<what>`, for example `pools-usable/no-type`: findings carry it, and annotations silence it. */
  readonly id: string;
  /** What is wrong where it finds something, in a few words. */
  readonly title: string;
}

/** Rules that answer one question about manifests. A check knows nothing of what rendered them. */
export interface Check {
  /** Id of the group, for example `pools-usable`; `docs/checks/<id>.md` is its page. */
  readonly id: string;
  /** What holds where it finds nothing, as a sentence. */
  readonly title: string;
  /** Every rule that `run` may find broken. */
  readonly rules: readonly Rule[];
  readonly run: (subject: Subject) => readonly Finding[];
}

/** A check without its `run`, and the only way to make its findings: a rule that is not declared does not compile. */
export interface RuleGroup<What extends string> extends Omit<Check, 'run'> {
  readonly finding: (what: What, problem: Omit<Problem<FieldOfManifest>, 'id'>) => Finding;
}

/** Declares the rules of a check, each with its title, by what comes after the group in its id. */
export function ruleGroup<What extends string>(
  id: string,
  title: string,
  rules: Readonly<Record<What, string>>,
): RuleGroup<What> {
  return {
    id,
    title,
    rules: Object.entries<string>(rules).map(([what, text]) => ({ id: `${id}/${what}`, title: text })),
    finding: (what, { at, ...problem }) => ({
      id: `${id}/${what}`,
      ...problem,
      at: { ...at, path: realPath(at.manifest, at.path) },
    }),
  };
}
