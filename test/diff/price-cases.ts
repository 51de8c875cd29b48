import type { SourceFile } from '../../lib/cluster/manifest';
import { type Change, edited, FLEET } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';
const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const CONFIG = 'amd64-spot/configmap.yaml';

const changed = (...changes: readonly Change[]) => edited(FLEET, ...changes);

/** A pool once more, with changes. */
function copiedPool(name: string, ...changes: readonly Change[]): readonly SourceFile[] {
  const file = FLEET.find(({ path }) => path.endsWith(`nodepool-${name}.yaml`));
  if (file === undefined) throw new Error(`${name} is not there`);
  const copy = { ...file, path: 'acme/karpenter/second.yaml' };
  const renamed: Change = ['second.yaml', new RegExp(`name: ${name}$`, 'gm'), 'name: second'];
  return [...FLEET, ...edited([copy], renamed, ...changes)];
}

const secondPool = (...changes: readonly Change[]) => copiedPool('gitlab-jobs-amd64-spot', ...changes);

const XLARGE: Change = [
  'second.yaml',
  '            - small\n            - medium\n',
  '            - xlarge\n',
];
const EXPENSIVE: Change = ['second.yaml', /- "1"\n/, '- "90"\n'];
const LARGE: Change = ['second.yaml', /- "17"/, '- "193"'];
const ROOMY: Change = ['second.yaml', 'memory: 112Gi', 'memory: 900Gi'];
const FIRST: Change = ['second.yaml', 'spec:\n', 'spec:\n  weight: 100\n'];
const ON_DEMAND: readonly Change[] = [
  [POOL, '            - spot\n', '            - on-demand\n'],
  [CONFIG, '"karpenter.sh/capacity-type" = "spot"', '"karpenter.sh/capacity-type" = "on-demand"'],
];
const disk = (text: string): Change => [CLASS, /( {8}volumeSize: )100Gi\n( {8}volumeType: gp3)\n/, text];

/** Changes that cost money, and that no other rule speaks of. */
// biome-ignore format: a table of cases
export const PRICE_CASES: readonly ImpactCase[] = [
  { rule: 'job-price', name: 'a new pool of expensive nodes that comes first', after: secondPool(EXPENSIVE, LARGE, ROOMY, FIRST), says: ['notice', /^A minute of a job costs USD 0\.06\d{3} \(c6a\.24xlarge\) on demand instead of USD 0\.\d{5} \(c6a\.large\), since the pool second comes first\.$/] },
  { rule: 'job-price', name: 'a weight that puts expensive nodes first', before: secondPool(EXPENSIVE, LARGE, ROOMY), after: secondPool(EXPENSIVE, LARGE, ROOMY, FIRST), says: ['notice', /since the pool second comes first/] },
  { rule: 'job-price', name: 'a larger request', after: changed([CONFIG, 'cpu_request = "1"', 'cpu_request = "3"']), says: ['notice', /costs USD 0\.\d+ \(\S+\.xlarge\) on demand instead of USD 0\.\d+ \(\S+\.large\)\.$/] },
  { rule: 'job-price', name: 'jobs that leave Spot', after: changed(...ON_DEMAND), says: ['notice', /^New jobs no longer run on Spot nodes: a minute costs USD 0\.00127 \(c6a\.large\), before USD 0\.00013 to 0\.00127 on Spot \(c6a\.large; AWS: up to 90 % below on demand, 2026-11-26\)\.$/] },
  { rule: 'job-price', name: 'expensive nodes that come last', after: secondPool(EXPENSIVE, LARGE, ROOMY) },
  { rule: 'job-price', name: 'jobs that come to Spot', before: changed(...ON_DEMAND), after: FLEET, says: ['info', /^New jobs may run on Spot nodes: a minute costs USD 0\.00013 to 0\.00127 on Spot \(.*\), before USD 0\.00127 \(c6a\.large\)\.$/] },
  { rule: 'job-price', name: 'a smaller request', before: changed([CONFIG, 'cpu_request = "1"', 'cpu_request = "3"']), after: FLEET, says: ['info', /costs USD 0\.\d+ \(\S+\.large\) on demand instead of USD 0\.\d+ \(\S+\.xlarge\)\.$/] },
  { rule: 'job-price', name: 'a larger request within the same node', after: changed([CONFIG, 'cpu_request = "1"', 'cpu_request = "1100m"']) },
  { rule: 'job-price', name: 'a pool of larger nodes of managers that comes first', after: copiedPool('gitlab-managers', XLARGE, FIRST), says: ['notice', /^A node of managers costs USD 98\.11 \(t4g\.xlarge\) a month on demand instead of USD 12\.26 \(t4g\.small\)/] },
  { rule: 'job-price', name: 'a pool of larger nodes of managers that comes last', after: copiedPool('gitlab-managers', XLARGE) },
  { rule: 'job-price', name: 'a pool of larger nodes of managers that comes last, and before it in the files', after: [...copiedPool('gitlab-managers', XLARGE)].reverse() },
  { rule: 'job-price', name: 'managers on nodes of 64 CPUs', after: changed(['nodepool-gitlab-managers.yaml', '            - t\n', '            - r\n'], ['nodepool-gitlab-managers.yaml', '            - small\n            - medium\n', '            - 16xlarge\n'], ['nodepool-gitlab-managers.yaml', /( {2}limits:\n)(?: {4}.*\n)+/, '$1    cpu: "1600"\n    memory: 32000Gi\n']), says: ['notice', /^A node of managers costs USD \d{4}\.\d\d \(r\S+\.16xlarge\) a month on demand instead of USD \d+\.\d\d/] },
  { rule: 'disk-price', name: 'a larger disk', after: changed(disk('$1200Gi\n$2\n')), says: ['notice', /^The disks of a node cost USD 16\.00 for a month that it runs, instead of 8\.00\.$/] },
  { rule: 'disk-price', name: 'the fastest disk that there is', after: changed(disk('$116Ti\n        volumeType: io2\n        iops: 64000\n')), says: ['notice', /cost USD 5584\.00 for a month/] },
  { rule: 'disk-price', name: 'a faster one of the same size', after: changed(disk('$1100Gi\n$2\n        iops: 4000\n        throughput: 225\n')), says: ['notice', /cost USD 17\.00 for a month that it runs, instead of 8\.00/] },
  { rule: 'disk-price', name: 'one whose size its snapshot has', after: changed(disk('        snapshotID: snap-0123456789abcdef0\n')), says: ['notice', /^The price of its disks is not known here\.$/] },
  { rule: 'disk-price', name: 'detailed monitoring', after: changed([CLASS, 'spec:\n', 'spec:\n  detailedMonitoring: true\n']), says: ['notice', /^CloudWatch charges/] },
  { rule: 'disk-price', name: 'a smaller disk', after: changed(disk('$150Gi\n$2\n')) },
  { rule: 'disk-price', name: 'a tag', after: changed([CLASS, '  tags:\n', '  tags:\n    team: web\n']) },
  { rule: 'pool-settings', name: 'vacant nodes that stay for a month', after: changed([POOL, 'consolidateAfter: 30s', 'consolidateAfter: 720h']), says: ['notice', /^Vacant nodes stay for 720h instead of 30s, and cost money until then\.$/] },
  { rule: 'pool-settings', name: 'vacant nodes that stay for a minute', after: changed([POOL, 'consolidateAfter: 30s', 'consolidateAfter: 60s']), says: ['info', /^No node is replaced/] },
  { rule: 'pool-settings', name: 'a budget that lets no vacant node go', after: changed([POOL, 'nodes: 100%', 'nodes: "0"']), says: ['notice', /^Vacant nodes are only removed when they expire, and cost money until then\.$/] },
  { rule: 'pool-settings', name: 'a budget that lets no node go', after: changed([POOL, / {4}budgets:\n(?: {6}.*\n)+/, '    budgets:\n      - nodes: 0%\n']), says: ['notice', /^Vacant nodes are only removed when they expire.* Drifted nodes are not replaced: new images/] },
  { rule: 'pool-settings', name: 'a budget that lets no node go by night', after: changed([POOL, '      - nodes: 100%\n', '      - nodes: "0"\n        schedule: 0 20 * * *\n        duration: 8h\n      - nodes: 100%\n']), says: ['notice', /^While its schedule holds, a budget keeps every vacant and every drifted node\.$/] },
];
