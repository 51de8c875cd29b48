import type { Problem } from '../problem';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';

/** Collects faults below one place, so that all of them are shown at once. */
export class Faults {
  private constructor(
    private readonly path: readonly string[],
    private readonly found: Problem[],
  ) {}

  /** An empty collection for a whole run. */
  static collect(): Faults {
    return new Faults([], []);
  }

  /** The same collection, one place deeper. */
  at(place: string): Faults {
    return new Faults([...this.path, place], this.found);
  }

  /** Notes a fault of a field at this place. */
  add(field: string, found: unknown, rule: string, fix: string): void {
    this.found.push({
      id: 'description',
      severity: 'error',
      // Path from the fleet to the field, for example `production > runner amd64-spot > build.memory.request`.
      at: [...this.path, field].map(presentable).join(' > '),
      found: presentable(show(found)),
      why: presentable(rule),
      fix: presentable(fix),
    });
  }

  /** Everything noted so far, in the order of the description. */
  all(): readonly Problem[] {
    return this.found;
  }
}

/** A description that can't be rendered. The message holds every fault; nothing has been written. */
export class DescriptionError extends Error {
  constructor(readonly faults: readonly Problem[]) {
    super(formatFaults(faults));
    this.name = 'DescriptionError';
  }
}

/** @throws DescriptionError with everything noted so far, if there is anything */
export function stopAt(faults: Faults): void {
  if (faults.all().length > 0) throw new DescriptionError(faults.all());
}

/** Faults as a person reads them: place and value, rule, fix. */
export function formatFaults(faults: readonly Problem[]): string {
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  const entries = faults.map(
    ({ at, found, why, fix }) => `${at}: ${found}\n    rule: ${why}\n    fix:  ${fix}`,
  );
  return `${count} in the description; nothing was written.\n\n${entries.join('\n\n')}\n`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON has no word for these.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}

/** A plain token may break another rule too, as a tag with a space; no fault repeats it. What can't be seen is spelled out. */
function presentable(text: string): string {
  return holdsPlainToken(text) ? 'hidden' : text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, spelledOut);
}

function spelledOut(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
