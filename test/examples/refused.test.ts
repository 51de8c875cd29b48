import colors from 'picocolors';
import { proveFleets } from '../../lib/app/prove';
import { renderFleets } from '../../lib/app/render';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { NodePoolProps } from '../../lib/fleet/props/node-pool';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { KNOWN_DEVICES } from '../../lib/karpenter/devices';
import { DEFAULT_FLEET } from '../fleets';

/** The message with which synth refuses a fleet: the description's faults, or the proof's errors. */
function refusal(fleet: RunnerFleetProps): string {
  try {
    proveFleets('dist', renderFleets(resolveFleets([fleet], new Map())), colors.createColors(false));
    return 'not refused';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The default fleet with one more runner. */
function withRunner(runner: RunnerProps, fleet: Partial<RunnerFleetProps> = {}): RunnerFleetProps {
  return { ...DEFAULT_FLEET, ...fleet, runners: [...DEFAULT_FLEET.runners, runner] };
}

const ON_DEMAND = { name: 'one', arch: 'amd64', capacity: 'on-demand' } as const;

const ON_FARGATE = { ...ON_DEMAND, capacity: 'fargate' } as const;
const FARGATE = { fargate: { region: 'eu-west-1' } } as const;
const ROOTLESS = { ...ON_DEMAND, rootlessBuilds: true } as const;
const VIDEO = { ...ON_DEMAND, pool: 'video', devices: { 'example.com/card': 1 } } as const;
const VIDEO_POOL: NodePoolProps = {
  pool: 'video',
  arch: 'amd64',
  capacity: 'on-demand',
  instanceFamilies: ['vt1'],
  instanceSizes: ['3xlarge'],
  devices: { 'example.com/card': 2 },
};

test('the default fleet with one more runner is not refused', () => {
  expect(refusal(withRunner(ON_DEMAND))).toBe('not refused');
});

test.each<[string, RunnerFleetProps, RegExp]>([
  [
    'a size above all nodes of its pool',
    withRunner({ ...ON_DEMAND, build: { cpu: { request: '16', maxRequest: '16' } } }),
    /\[fits\/largest-job\].*16100m CPU.*fits none of its nodes/s,
  ],
  [
    'a processor generation that the pool leaves out',
    withRunner({ ...ON_DEMAND, nodeSelector: { 'karpenter.k8s.aws/instance-generation': '5' } }),
    /\[lands\/job\].*instance-generation is Exists >=6, the pod wants In \[5\]/s,
  ],
  [
    'a processor of another architecture',
    withRunner({ ...ON_DEMAND, nodeSelector: { 'karpenter.k8s.aws/instance-cpu-manufacturer': 'aws' } }),
    /\[lands\/job\].*leave no instance type/s,
  ],
  [
    'a job with devices in the pool of all jobs',
    withRunner({ ...ON_DEMAND, devices: { 'nvidia.com/gpu': 1 } }),
    /pool: nothing.*jobs without devices would fill the nodes that have some/s,
  ],
  [
    'a pool whose types have no such device',
    withRunner({ ...ON_DEMAND, pool: 'gpu', devices: { 'nvidia.com/gpu': 1 } }),
    /\[lands\/job\].*gitlab-gpu-amd64-on-demand: none of its types has nvidia.com\/gpu;/s,
  ],
  [
    'a device that Karpenter does not know, without an overlay',
    withRunner(VIDEO, { nodePools: [{ ...VIDEO_POOL, devices: undefined }] }),
    /\[lands\/job\].*none of its types has example.com\/card, which Karpenter knows of no type without a NodeOverlay/s,
  ],
  [
    'more devices than a node has',
    withRunner({ ...VIDEO, devices: { 'example.com/card': 3 } }, { nodePools: [VIDEO_POOL] }),
    /\[fits\/job\].*found: 1100m CPU, .*3 example.com\/card.*fits none of its nodes/s,
  ],
  [
    'an overlay of a device that Karpenter knows',
    withRunner(VIDEO, { nodePools: [{ ...VIDEO_POOL, devices: { 'nvidia.com/gpu': 1 } }] }),
    /devices\["nvidia.com\/gpu"\].*Karpenter knows these devices of every instance type/s,
  ],
  [
    'an overlay for families and sizes that nobody named',
    withRunner(VIDEO, {
      nodePools: [{ ...VIDEO_POOL, instanceFamilies: undefined, instanceSizes: ['large', 'xlarge'] }],
    }),
    /without families every instance type would count.*the number of devices differs by size/s,
  ],
  [
    'a device without a prefix, and half of one',
    withRunner({ ...VIDEO, devices: { gpu: 0.5 } }, { nodePools: [VIDEO_POOL] }),
    /extended resources are prefix\/name.*a whole number from 1 to 64/s,
  ],
  [
    'devices with the flag off that lets their patch work',
    withRunner(
      { ...VIDEO, config: { runner: { feature_flags: { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: false } } } },
      { nodePools: [VIDEO_POOL] },
    ),
    /pod_spec.*set feature_flags.FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true/s,
  ],
  [
    'a rootless build that is privileged',
    withRunner({ ...ROOTLESS, privileged: true }),
    /rootless builds are what takes the place of privileged ones/,
  ],
  [
    'a rootless build that may not escalate',
    withRunner({ ...ROOTLESS, allowPrivilegeEscalation: false }),
    /newuidmap.*gains rights by its file/,
  ],
  [
    'a rootless build without capabilities',
    withRunner({ ...ROOTLESS, config: { runner: { kubernetes: { cap_drop: ['ALL'] } } } }),
    /newuidmap needs SETUID and SETGID/,
  ],
  [
    'a rootless build on Bottlerocket',
    withRunner(ROOTLESS, { nodeClass: { amiAlias: 'bottlerocket@v1.50.0' } }),
    /amiAlias: "bottlerocket@v1.50.0".*Bottlerocket allows no user namespaces/s,
  ],
  [
    'a rootless build in the namespace and on the nodes of others',
    withRunner({ ...ROOTLESS, jobNamespace: 'gitlab-jobs', pool: 'jobs' }),
    /jobNamespace: "gitlab-jobs".*run without seccomp.*runner amd64-spot is not for such builds.*pool: "jobs"/s,
  ],
  [
    'a rootless build next to privileged jobs',
    {
      ...DEFAULT_FLEET,
      runners: [
        { ...ROOTLESS, name: 'two', pool: 'privileged' },
        { ...ON_DEMAND, privileged: true },
      ],
    },
    /runner one > pool: "privileged".*runner two is not privileged/s,
  ],
  [
    'held room of a device',
    withRunner(
      { ...VIDEO, prewarm: { jobs: 1, hours: ['* 7 * * *'], timezone: 'UTC' } },
      { nodePools: [VIDEO_POOL] },
    ),
    /pause pods ask for no devices/,
  ],
  [
    'held room for more jobs than run at once, never, nowhere',
    withRunner({ ...ON_DEMAND, concurrency: 20, prewarm: { jobs: 21, hours: [], timezone: 'Mars/Olympus' } }),
    /a whole number from 1 to 20.*room is held in some hours.*a name of the time zone database/s,
  ],
  [
    'held room that comes and goes every hour, or once a day',
    withRunner({
      ...ON_DEMAND,
      prewarm: { jobs: 2, hours: ['0 7-17 * * mon-fri', '@daily', '* 25 * * *'], timezone: 'UTC' },
    }),
    /one minute of an hour.*write "\* 7-17 \* \* mon-fri".*a named schedule is one minute.*"25" is no hour/s,
  ],
  [
    'held room of jobs that ask for nothing',
    withRunner({
      ...ON_DEMAND,
      build: { cpu: { request: null }, memory: { request: null } },
      prewarm: { jobs: 2, hours: ['* 7 * * *'], timezone: 'UTC' },
    }),
    /without a request they hold nothing/,
  ],
  [
    'Fargate without a region',
    withRunner(ON_FARGATE),
    /fargate: nothing.*profile and logs of Fargate are made in a region/s,
  ],
  ['Fargate on arm64', withRunner({ ...ON_FARGATE, arch: 'arm64' }, FARGATE), /EKS Fargate runs amd64 alone/],
  [
    'Fargate, privileged',
    withRunner({ ...ON_FARGATE, privileged: true }, FARGATE),
    /Fargate runs no privileged/,
  ],
  [
    'Fargate for image builds',
    withRunner({ ...ON_FARGATE, rootlessBuilds: true }, FARGATE),
    /user namespaces is up to the kernel.*take nodes for image builds/s,
  ],
  [
    'Fargate with the tag of Spot',
    withRunner({ ...ON_FARGATE, tags: ['spot'] }, FARGATE),
    /EKS Fargate sells no Spot/,
  ],
  [
    'Fargate with whatever belongs to nodes',
    withRunner(
      {
        ...ON_FARGATE,
        pool: 'mine',
        nodeSelector: { 'karpenter.k8s.aws/instance-generation': '7' },
        tolerations: { 'example.com/taint': 'NoSchedule' },
        devices: { 'nvidia.com/gpu': 1 },
        prewarm: { jobs: 1, hours: ['* 7 * * *'], timezone: 'UTC' },
      },
      FARGATE,
    ),
    /pool: "set".*machine of its own.*nodeSelector: "set".*knows no labels.*tolerations: "set".*devices: "set".*no GPUs.*prewarm: "set".*machine of its own/s,
  ],
  [
    'Fargate for a job above its largest machine',
    withRunner({ ...ON_FARGATE, build: { cpu: { request: '16' } } }, FARGATE),
    /build: "16100m CPU.*exceeds what Fargate sells: 16 vCPU, 120 GiB/s,
  ],
  [
    'Fargate for more disk than a machine has',
    withRunner({ ...ON_FARGATE, build: { ephemeralStorage: { request: '160Gi' } } }, FARGATE),
    /161Gi of disk.*exceeds what Fargate sells/s,
  ],
  [
    'Fargate for nobody, in no region, with logs kept for a time that is not on offer',
    { ...DEFAULT_FLEET, fargate: { region: 'Ireland', logRetentionDays: 31 } },
    /region: "Ireland".*CloudWatch keeps logs for 1, 3, 5.*no runner has the capacity "fargate"/s,
  ],
  [
    'managers on Fargate with a pool, and a cache by Pod Identity',
    withRunner(
      { ...ON_FARGATE, cache: { bucket: 'cache', region: 'eu-west-1' } },
      { fargate: { region: 'eu-west-1', managers: true }, managerNodePool: { maxCpu: 4 } },
    ),
    /managers run on Fargate, not on nodes.*EKS Pod Identity has its agent on nodes/s,
  ],
  [
    'a volume of the host on Fargate',
    withRunner(
      {
        ...ON_FARGATE,
        config: {
          runner: {
            kubernetes: { volumes: { host_path: [{ name: 'a', mount_path: '/a', host_path: '/a' }] } },
          },
        },
      },
      FARGATE,
    ),
    /\[fargate\/unsupported\].*pods have no volumes of a host/s,
  ],
])('%s is refused', (_, fleet, message) => {
  expect(refusal(fleet)).toMatch(message);
});

test.each([...KNOWN_DEVICES])('an overlay of %s is refused: Karpenter knows it by itself', (name) => {
  const pool = { ...VIDEO_POOL, devices: { [name]: 1 } };
  expect(refusal(withRunner(VIDEO, { nodePools: [pool] }))).toContain(
    'Karpenter knows these devices of every instance type',
  );
});
