import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { NodePoolSettings } from '../../lib/fleet/props/node-pool';
import { render, sealedTokens } from '../fleets';

const NVME = 'karpenter.k8s.aws/instance-local-nvme';
const fleetWith = (nodePoolDefaults: NodePoolSettings, disk = '5Gi'): RunnerFleetProps => ({
  name: 'production',
  nodePoolDefaults,
  runners: [
    {
      name: 'a',
      arch: 'amd64',
      capacity: 'on-demand',
      build: { ephemeralStorage: { request: disk, limit: '250Gi', maxRequest: disk } },
    },
  ],
});

/** What the proof says of a fleet, notes aside, and how many types its jobs may land on. */
function proved(fleet: RunnerFleetProps) {
  const files = render(fleet, sealedTokens(fleet)).map(({ path, text }) => ({ path, text }));
  const subject = observe(parseManifests(files).manifests);
  const problems = runChecks(subject).findings.filter(({ severity }) => severity !== 'note');
  const types = subject.runners[0].job?.placements.flatMap((one) => one.types) ?? [];
  return { problems: problems.map(({ id, why }) => `${id}: ${why}`), types };
}

test('the disk of a node is the volume, or with RAID0 its NVMe disks', () => {
  const onVolume = proved(fleetWith({}, '200Gi'));
  expect(onVolume.problems[0]).toMatch(/^fits\/job: .* of disk left, .* wanted/);
  const onNvme = proved(
    fleetWith(
      {
        nodeClass: { instanceStorePolicy: 'RAID0' },
        requirements: [{ key: NVME, operator: 'Gt', values: ['400'] }],
      },
      '200Gi',
    ),
  );
  expect(onNvme.problems).toEqual([]);
  expect(onNvme.types.length).toBeGreaterThan(15);
  expect(onNvme.types.every(({ localNvmeGb = 0 }) => localNvmeGb > 400)).toBe(true);
});

test('what the kubelet keeps from pods is missing on nodes', () => {
  const { problems } = proved(fleetWith({ nodeClass: { kubelet: { systemReserved: { memory: '400Gi' } } } }));
  expect(problems).toContainEqual(
    expect.stringMatching(/^fits\/job: .*after what kubelet of the EC2NodeClass reserves/),
  );
});

test('types follow the requirements, and none that is left is an error', () => {
  const types = (requirements: NodePoolSettings['requirements']) => proved(fleetWith({ requirements })).types;
  const without = types([
    { key: 'node.kubernetes.io/instance-type', operator: 'NotIn', values: ['m7i.xlarge'] },
  ]);
  expect(types([]).map(({ name }) => name)).toContain('m7i.xlarge');
  expect(without.map(({ name }) => name)).not.toContain('m7i.xlarge');
  expect(without).toHaveLength(types([]).length - 1);
  const none = [{ key: 'karpenter.k8s.aws/instance-memory', operator: 'Gt', values: ['99999999'] }] as const;
  expect(proved(fleetWith({ requirements: none })).problems).toContainEqual(
    expect.stringMatching(/^pools-usable\/no-type: .*instance-memory/),
  );
});

test('jobs may land on capacity that is reserved, and it is no finding', () => {
  const reserved = { nodeClass: { capacityReservationSelectorTerms: [{ tags: { team: 'ci' } }] } };
  expect(proved(fleetWith(reserved)).problems).toEqual([]);
});
