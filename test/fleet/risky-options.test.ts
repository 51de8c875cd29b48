import { resolveFleets } from '../../lib/fleet/resolve-fleets';

const fleet = (options: object) =>
  ({ name: 'acme', runners: [{ name: 'one', arch: 'amd64', capacity: 'spot' }], ...options }) as never;
const resolved = (options: object) => resolveFleets([fleet(options)], new Map());
const cleanup = (schedule: string) => ({ orphanCleanup: { schedule } });
const monitoring = (options: object) => ({
  monitoring: { prometheusNamespace: 'monitoring', ...options },
});

test.each(['0 0 31 2 *', '0 0 30 2 ?', '0  0 31 4,6 *', '0 0 29 2 *'])(
  'a cleanup that would run on no day of an ordinary year is refused: %s',
  (schedule) => {
    expect(() => resolved(cleanup(schedule))).toThrow(
      /orphanCleanup > schedule: .*\n.*no ordinary year has a day/,
    );
  },
);

test.each(['@daily', '0 0 31 1 *', '0 0 31 2 mon', '7,37  * * * *'])(
  'a cleanup may run at %s',
  (schedule) => {
    expect(resolved(cleanup(schedule))).toHaveLength(1);
  },
);

test.each([
  'https://wiki.example.com/{{ .Value }}',
  'https://wiki.example.com/{{',
  'https://wiki.example.com/?a={{',
])('the address of runbooks is not a template of Prometheus: %s', (runbookUrl) => {
  expect(() => resolved(monitoring({ runbookUrl }))).toThrow(/runbookUrl: .*\n.*braces begin one/);
});

test.each(['../../etc', 'CI/../..', '/etc', '\\\\server', '..\\etc', 'CI\nother: x', 'CI\u0000'])(
  'a folder of dashboards does not lead elsewhere: %j',
  (dashboardFolder) => {
    expect(() => resolved(monitoring({ dashboardFolder }))).toThrow(
      /dashboardFolder: [\s\S]*not an absolute path/,
    );
  },
);

test.each(['CI', 'Platform/CI', 'Läufer 2.0', 'a..b'])(
  'a folder of dashboards may be %s',
  (dashboardFolder) => {
    expect(resolved(monitoring({ dashboardFolder }))).toHaveLength(1);
  },
);
