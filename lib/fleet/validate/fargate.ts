import { type FargateRequests, fargateSize, LARGEST_FARGATE } from '../../karpenter/fargate-sizes';
import type { Faults } from '../fault';
import type { NormalFargate, NormalFleet, NormalRunner } from '../normal-fleet';
import type { RunnerSettings } from '../props/runner';

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

/** Reports what a runner asks of Fargate that it can't do. */
export function checkFargateRunner(faults: Faults, runner: NormalRunner): void {
  if (!runner.onFargate) return;
  if (runner.arch === 'arm64') {
    const rule = 'EKS Fargate runs amd64 alone (Graviton is on ECS)';
    faults.add('arch', 'arm64', rule, 'write "amd64", or take nodes: capacity "on-demand" or "spot"');
  }
  if (runner.privileged) {
    const rule = 'Fargate runs no privileged containers';
    faults.add('privileged', true, rule, 'leave it out, or take nodes for these jobs');
  }
  if (runner.dockerInDocker !== undefined) {
    const rule = 'Fargate runs no privileged containers, and a Docker daemon is one';
    faults.add('dockerInDocker', 'set', rule, 'leave it out, or take nodes for these jobs');
  }
  if (runner.rootlessBuilds) {
    const rule =
      'whether a container may make user namespaces is up to the kernel, and Fargate does not let you set that';
    faults.add('rootlessBuilds', true, rule, 'take nodes for image builds');
  }
  for (const [option, rule] of MEANINGLESS) {
    if (runner.said[option] !== undefined) faults.add(option, 'set', rule, 'leave it out');
  }
  if (runner.tags.includes('spot')) {
    const rule = 'EKS Fargate sells no Spot: authors would expect its price';
    faults.add('tags', 'spot', rule, 'leave the tag out, or take Spot nodes: capacity "spot"');
  }
}

/** Reports a job that is larger than the largest machine. */
export function checkFargateSize(faults: Faults, request: FargateRequests): void {
  if (fargateSize(request) !== undefined) return;
  const { cpuMilli, memoryBytes, ephemeralStorageBytes = 0 } = request;
  const gibibytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 3)}Gi`;
  const rule = `the largest job, helper included, exceeds what Fargate sells: ${LARGEST_FARGATE}`;
  const found = `${cpuMilli}m CPU, ${gibibytes(memoryBytes)}, ${gibibytes(ephemeralStorageBytes)} of disk`;
  faults.add('build', found, rule, 'lower the ceilings, or take nodes for these jobs');
}

/** Reports what is wrong with Fargate for the whole fleet. */
export function validateFargate(faults: Faults, fleet: NormalFleet): void {
  const { fargate, runners } = fleet;
  const isUsed = runners.some(({ onFargate }) => onFargate);
  if (fargate === undefined) {
    if (!isUsed) return;
    const rule = 'profile and logs of Fargate are made in a region';
    faults.add('fargate', undefined, rule, "add fargate: { region: 'eu-west-1' }");
    return;
  }
  checkFargateSettings(faults.at('fargate'), fargate);
  if (!isUsed && !fargate.managers) {
    faults.add('fargate', 'set', 'no runner has the capacity "fargate", nor have managers', 'leave it out');
  }
  if (fargate.managers) checkFargateManagers(faults, fleet);
}

function checkFargateSettings(faults: Faults, { region, logRetentionDays }: NormalFargate): void {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    faults.add('region', region, 'the AWS region of the cluster', 'write it as "eu-west-1"');
  }
  if (!RETENTIONS.includes(logRetentionDays)) {
    const rule = `CloudWatch keeps logs for ${RETENTIONS.slice(0, 8).join(', ')} days, or some longer times`;
    faults.add('logRetentionDays', logRetentionDays, rule, 'write 30');
  }
}

function checkFargateManagers(faults: Faults, { said, runners }: NormalFleet): void {
  if (said.managerNodePool !== undefined) {
    faults.add(
      'managerNodePool',
      'set',
      'managers run on Fargate, not on nodes',
      'leave it out, or fargate.managers',
    );
  }
  for (const { name, cache, said: runner } of runners) {
    if (cache === undefined || cache.identity === 'irsa') continue;
    const rule =
      'EKS Pod Identity has its agent on nodes: managers on Fargate get no credentials for the cache';
    const place = faults.at(`runner ${name}`).at('cache');
    place.add('identity', runner.cache?.identity, rule, 'write "irsa" with a roleArn');
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
