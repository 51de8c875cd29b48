import type { RunnerProps } from '../../lib/fleet/props/runner';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { formatBinary } from '../../lib/values/quantity';
import { findingsIn } from '../checks/cases';
import { find, manifests, render } from '../fleets';

/** A job that asks for more than 4Gi must raise its limit too, and may raise both to 16Gi. */
const MEMORY = { request: '2Gi', limit: '4Gi', maxRequest: '16Gi', maxLimit: '16Gi' };
const fleet = (change: Partial<RunnerProps>) => ({
  name: 'production',
  runners: [{ name: 'a', arch: 'amd64' as const, capacity: 'spot' as const, ...change }],
});
const OPTION = fleet({ build: { memory: MEMORY } });
const CONFIG = fleet({
  config: {
    runner: {
      kubernetes: {
        memory_request_overwrite_max_allowed: '16Gi',
        memory_limit_overwrite_max_allowed: '16Gi',
      },
    },
  },
});

test.each([
  ['as an option', OPTION],
  ['in config', CONFIG],
])('a ceiling of requests above the limit is taken %s, where jobs may raise both', (_, description) => {
  const found = findingsIn(render(description));
  expect(found.filter(({ severity }) => severity !== 'note').map(({ id }) => id)).toEqual([]);
  expect(found.map(({ id }) => id)).toContain('config/resource-order');
});

test('the largest job, and what admission lets in, are those that raise both', () => {
  const [{ runners }] = resolveFleets([OPTION], new Map());
  // Besides the build container, the helper asks for 256Mi.
  expect(formatBinary(runners[0].largestJob.memory)).toBe('16640Mi');
  const [limits] = find(manifests(OPTION), 'LimitRange', 'jobs').spec.limits;
  // The build container, the helper with 512Mi, and four services with 2Gi each.
  expect(limits.max.memory).toBe('25088Mi');
});

test('without a ceiling of limits that is as high it is refused', () => {
  const said = fleet({ build: { memory: { ...MEMORY, maxLimit: '8Gi' } } });
  expect(() => resolveFleets([said], new Map())).toThrow(
    /maxRequest: "16Gi"[\s\S]*unless it may raise its limit/,
  );
});
