import { resolveFleets } from '../../lib/fleet/resolve-fleets';

const fleet = (name: string, ...runners: readonly object[]) =>
  ({
    name,
    gitlabUrl: 'https://gitlab.example.com',
    runners: runners.map((one, index) => ({ name: `r${index}`, arch: 'amd64', capacity: 'spot', ...one })),
  }) as never;
const resolved = (...fleets: readonly never[]) => resolveFleets(fleets, new Map());

test('the id of a runner in GitLab is kept for commands that ask there', () => {
  const [{ runners }] = resolved(fleet('acme', { gitlabId: 41 }, {}));
  expect(runners.map(({ gitlab }) => gitlab.id)).toEqual([41, undefined]);
});

test.each([0, -1, 1.5, 1e300])('%j is not an id', (gitlabId) => {
  expect(() => resolved(fleet('acme', { gitlabId }))).toThrow(
    /acme > runner r0 > gitlabId: .*\n {4}rule: a positive whole number\n {4}fix: {2}write the number that/,
  );
});

test('two runners of a GitLab server with one id are refused, whatever fleet they are in', () => {
  expect(() => resolved(fleet('acme', { gitlabId: 41 }), fleet('other', { gitlabId: 41 }))).toThrow(
    /other > runner r0 > gitlabId: 41\n {4}rule: runner acme\/r0 has this id/,
  );
});

test.each(['https://GitLab.Example.com/', 'https://gitlab.example.com:443'])(
  '%s is the same server',
  (gitlabUrl) => {
    const again = { ...(fleet('other', { gitlabId: 41 }) as object), gitlabUrl };
    expect(() => resolved(fleet('acme', { gitlabId: 41 }), again as never)).toThrow(
      /runner acme\/r0 has this id/,
    );
  },
);

test('fleets on two GitLab servers may have the same ids', () => {
  const elsewhere = { ...(fleet('other', { gitlabId: 41 }) as object), gitlabUrl: 'https://gitlab.com' };
  expect(resolved(fleet('acme', { gitlabId: 41 }), elsewhere as never)).toHaveLength(2);
});

test('an id in config.toml that is another one is refused', () => {
  const config = (id: number) => ({ runner: { id } });
  expect(() => resolved(fleet('acme', { gitlabId: 41, config: config(42) }))).toThrow(
    /acme > runner r0 > config > runner\.id: 42\n {4}rule: gitlabId is 41/,
  );
  expect(resolved(fleet('acme', { gitlabId: 41, config: config(41) }))).toHaveLength(1);
});
