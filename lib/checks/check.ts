import type { Subject } from '../cluster/observe';
import type { Finding } from './finding';

/** A rule: what it is called, and what it finds among manifests. It knows nothing of what rendered them. */
export interface Check {
  /** Id, as `lands`; findings carry it, annotations silence it, `docs/checks.md` explains it. */
  readonly id: string;
  /** What holds where it finds nothing, as a sentence. */
  readonly title: string;
  readonly run: (subject: Subject) => readonly Finding[];
}
