import type { Finding } from '../../lib/checks/finding';
import { lineInConfig } from '../../lib/report/line-of-finding';

const TOML = `concurrent = 2

[[runners]]
  name = "a"

  [runners.kubernetes.node_selector]
    "kubernetes.io/arch" = 5

  [runners.feature_flags]
    FF_TIMESTAMPS = "true"
`;

/** Line of a finding at a place within a config.toml that begins in line 10 of its file. */
function lineOf(within: string): number {
  const manifest = { body: { data: { 'config.toml': TOML } }, lineOf: () => 10 };
  return lineInConfig({ at: { manifest, path: ['data', 'config.toml'], within } } as unknown as Finding);
}

test.each([
  ['concurrent', 11],
  ['runners[0].name', 14],
  ['runners[0].kubernetes.node_selector["kubernetes.io/arch"]', 17],
  ['runners[0].feature_flags.FF_TIMESTAMPS', 20],
  ['runners[0].nothing', 10],
])('a finding at %s of config.toml is in the line of its key', (within, line) => {
  expect(lineOf(within)).toBe(line);
});
