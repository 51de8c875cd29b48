import { RuleError } from '../checks/rule-error';

/** Exit code of a bug of ours, as `sysexits.h` has it. */
export const BUG = 70;

/** What a person is told, and can report, when this program fails instead of judging. */
export function bugText(error: unknown): string {
  const cause = error instanceof RuleError ? error.cause : error;
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  const what = error instanceof RuleError ? error.message : 'reading the manifests failed';
  return `This is a bug of gitlab-runner-fleet, not of your manifests: ${what}.\nPlease report it with these lines, and with the object if you may show it.\n\n${stack}`;
}
