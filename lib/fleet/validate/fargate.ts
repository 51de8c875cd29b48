import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import { fargateSize, LARGEST_FARGATE } from '../../karpenter/fargate-sizes';
import { parseQuantity, toMilli, toUnits } from '../../values/quantity';
import type { Faults } from '../fault';
import type { RunnerFleetProps } from '../props/fleet';
import type { RunnerProps, RunnerSettings } from '../props/runner';
import { largestJobRequest } from '../resolve/job-requests';

/** Whether jobs of a runner run on Fargate. */
export function isFargate({ capacity }: RunnerProps): boolean {
  return capacity === 'fargate';
}

/** Options that Fargate has no use for, with the reason. */
const MEANINGLESS: readonly (readonly [keyof RunnerSettings, string])[] = [
  ['pool', 'each pod has a machine of its own that no pool starts'],
  [
    'nodeSelector',
    'Fargate knows no labels but architecture and system: a pod that asks for others stays pending',
  ],
  ['tolerations', 'EKS adds the one toleration that its machines need'],
  ['devices', 'Fargate has no GPUs and no other devices'],
  ['prewarm', 'a pause pod would hold a machine of its own, and no job takes its place there'],
];

/** Notes what a runner asks of Fargate that it can't do. */
export function checkFargateRunner(faults: Faults, runner: RunnerProps): void {
  if (!isFargate(runner)) return;
  if (runner.arch === 'arm64') {
    const rule = 'EKS Fargate runs amd64 alone (Graviton is on ECS)';
    faults.add('arch', 'arm64', rule, 'write "amd64", or take nodes: capacity "on-demand" or "spot"');
  }
  if (runner.privileged) {
    const rule = 'Fargate runs no privileged containers';
    faults.add('privileged', true, rule, 'leave it out, or take nodes for these jobs');
  }
  if (runner.rootlessBuilds) {
    const rule =
      'whether a container may make user namespaces is up to the kernel, which on Fargate nobody here sets';
    faults.add('rootlessBuilds', true, rule, 'take nodes for image builds');
  }
  for (const [option, rule] of MEANINGLESS) {
    if (runner[option] !== undefined) faults.add(option, 'set', rule, 'leave it out');
  }
  if (runner.tags?.includes('spot')) {
    const rule = 'EKS Fargate sells no Spot: authors would expect its price';
    faults.add('tags', 'spot', rule, 'leave the tag out, or take Spot nodes: capacity "spot"');
  }
}

/** Notes a job that is larger than the largest machine. */
export function checkFargateSize(faults: Faults, runner: RunnerProps, kubernetes: KubernetesTable): void {
  if (!isFargate(runner)) return;
  const { cpu, memory } = largestJobRequest(kubernetes);
  const disk = [
    kubernetes.ephemeral_storage_request,
    kubernetes.ephemeral_storage_request_overwrite_max_allowed,
  ]
    .map((text) => toUnits(parseQuantity(text ?? '0') ?? 0n))
    .reduce((most, one) => Math.max(most, one));
  const request = { cpuMilli: toMilli(cpu), memoryBytes: toUnits(memory), ephemeralStorageBytes: disk };
  if (fargateSize(request) !== undefined) return;
  const rule = `the largest job, helper included, exceeds what Fargate sells: ${LARGEST_FARGATE}`;
  const found = `${request.cpuMilli}m CPU, ${Math.ceil(request.memoryBytes / 1024 ** 3)}Gi, ${Math.ceil(disk / 1024 ** 3)}Gi of disk`;
  faults.add('build', found, rule, 'lower the ceilings, or take nodes for these jobs');
}

/** Notes what is wrong with Fargate for the whole fleet. */
export function checkFargateFleet(
  faults: Faults,
  fleet: RunnerFleetProps,
  runners: readonly RunnerProps[],
): void {
  const { fargate } = fleet;
  const users = runners.filter(isFargate);
  if (fargate === undefined) {
    if (users.length === 0) return;
    const rule = 'profile and logs of Fargate are made in a region';
    faults.add('fargate', undefined, rule, "add fargate: { region: 'eu-west-1' }");
    return;
  }
  const place = faults.at('fargate');
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(String(fargate.region))) {
    place.add('region', fargate.region, 'the AWS region of the cluster', 'write it as "eu-west-1"');
  }
  if (fargate.logRetentionDays !== undefined && !RETENTIONS.includes(fargate.logRetentionDays)) {
    const rule = `CloudWatch keeps logs for ${RETENTIONS.slice(0, 8).join(', ')} days, or some longer times`;
    place.add('logRetentionDays', fargate.logRetentionDays, rule, 'write 30');
  }
  if (users.length === 0 && !fargate.managers) {
    faults.add('fargate', 'set', 'no runner has the capacity "fargate", nor have managers', 'leave it out');
  }
  if (fargate.managers) checkFargateManagers(faults, fleet, runners);
}

function checkFargateManagers(
  faults: Faults,
  fleet: RunnerFleetProps,
  runners: readonly RunnerProps[],
): void {
  if (fleet.managerNodePool !== undefined) {
    faults.add(
      'managerNodePool',
      'set',
      'managers run on Fargate, not on nodes',
      'leave it out, or fargate.managers',
    );
  }
  for (const runner of runners.filter(({ cache }) => cache !== undefined && cache.identity !== 'irsa')) {
    const rule =
      'EKS Pod Identity has its agent on nodes: managers on Fargate get no credentials for the cache';
    const place = faults.at(`runner ${runner.name}`).at('cache');
    place.add('identity', runner.cache?.identity, rule, 'write "irsa" with a roleArn');
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
