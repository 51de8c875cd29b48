import colors from 'picocolors';
import type { FleetDescription } from '../../model/fleet-description';
import { resolveFleets } from '../../model/resolve-fleet';
import type { RunnerDescription } from '../../model/runner-description';
import { proveFleets } from '../../synth/prove';
import { renderFleets } from '../../synth/render';
import { DEFAULT_FLEET } from '../fleets';

/** The message with which synth refuses a fleet: the description's faults, or the proof's errors. */
function refusal(fleet: FleetDescription): string {
  try {
    proveFleets('dist', renderFleets(resolveFleets([fleet], new Map())), colors.createColors(false));
    return 'not refused';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The default fleet with one more runner. */
function withRunner(runner: RunnerDescription, fleet: Partial<FleetDescription> = {}): FleetDescription {
  return { ...DEFAULT_FLEET, ...fleet, runners: [...DEFAULT_FLEET.runners, runner] };
}

const ON_DEMAND = { name: 'one', arch: 'amd64', capacity: 'on-demand' } as const;

test('the default fleet with one more runner is not refused', () => {
  expect(refusal(withRunner(ON_DEMAND))).toBe('not refused');
});

test.each<[string, FleetDescription, RegExp]>([
  [
    'a size above all nodes of its pool',
    withRunner({ ...ON_DEMAND, build: { cpu: { request: '16', maxRequest: '16' } } }),
    /\[fits\].*16100m CPU.*fits none of its nodes/s,
  ],
  [
    'a processor generation that the pool leaves out',
    withRunner({ ...ON_DEMAND, nodeSelector: { 'karpenter.k8s.aws/instance-generation': '5' } }),
    /\[lands\].*instance-generation is Exists >=6, the pod wants In \[5\]/s,
  ],
  [
    'a processor of another architecture',
    withRunner({ ...ON_DEMAND, nodeSelector: { 'karpenter.k8s.aws/instance-cpu-manufacturer': 'aws' } }),
    /\[lands\].*leave no instance type/s,
  ],
])('%s is refused', (_, fleet, message) => {
  expect(refusal(fleet)).toMatch(message);
});
