/** Room that pause pods hold during some hours. A job evicts pause pods, which then bring up new room. */
export interface PrewarmProps {
  /** Jobs of the default size to hold room for, over all managers of the runner; a whole number from 1. */
  readonly jobs: number;
  /** When to hold it: cron lines of five fields, each minute that one of them matches, for example `* 7-17 * * mon-fri`. */
  readonly hours: readonly string[];
  /** Time zone of the hours, for example `Europe/Berlin`. */
  readonly timezone: string;
}
