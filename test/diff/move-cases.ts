import type { SourceFile } from '../../lib/cluster/manifest';
import { AUTO_MODE_FLEET, MOVED_TO_AUTO_MODE } from '../fixtures/auto-mode';
import { edited, FLEET, without } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const CLASS = '/nodeclass-gitlab-jobs.yaml';
const SWITCH = 'configmap-amazon-vpc-cni.yaml';
const KEPT = '    kustomize.toolkit.fluxcd.io/prune: disabled\n';

const poolsOf = (files: readonly SourceFile[]) => files.filter(({ path }) => path.includes('/karpenter/'));
/** Pools and classes of both controllers for the same pods. */
const BOTH = [...FLEET, ...poolsOf(MOVED_TO_AUTO_MODE)];
/** Jobs of one runner that nothing protects. */
const unprotected = (files: readonly SourceFile[]) =>
  edited(files, ['arm64-spot/configmap.yaml', '        "karpenter.sh/do-not-disrupt" = "true"\n', '']);
/** Old pools that are kept from pruning. */
const kept = FLEET.map(({ path, text }) =>
  path.includes('/nodepool-')
    ? { path, text: text.replace('metadata:\n', `metadata:\n  annotations:\n${KEPT}`) }
    : { path, text },
);

/** Fleets that move between self-managed Karpenter and EKS Auto Mode, and what changes on Auto Mode alone. */
// biome-ignore format: a table of cases
export const MOVE_CASES: readonly ImpactCase[] = [
  { rule: 'moved-nodes', name: 'to Auto Mode', after: MOVED_TO_AUTO_MODE, says: ['notice', /^The fleet moves from nodes of self-managed Karpenter to nodes of EKS Auto Mode: new jobs and managers go to gitlab-auto-jobs-\S+, .*\. The nodes of gitlab-jobs-.* drain at once, each for its own terminationGracePeriod, and start no new job; running jobs may finish, for up to 2h10m; managers with their jobs may finish, for up to 2h10m\. A minute of a job costs USD 0\.00127 to 0\.00143 with EKS Auto Mode's fee on demand, before USD 0\.00113 to 0\.00127\. A month of a node of managers costs USD 27\.47 to 30\.74 with EKS Auto Mode's fee on demand, before USD 12\.26 to 13\.72\.$/] },
  { rule: 'moved-nodes', name: 'back', before: MOVED_TO_AUTO_MODE, after: FLEET, says: ['notice', /^The fleet moves from nodes of EKS Auto Mode to nodes of self-managed Karpenter: .*costs USD 0\.00113 to 0\.00127 on demand, before USD 0\.00127 to 0\.00143 with EKS Auto Mode's fee\./] },
  { rule: 'moved-nodes', name: 'to Auto Mode, where nothing says that network policies are on', after: without(MOVED_TO_AUTO_MODE, SWITCH), says: ['notice', /Network policies hold nothing there before ConfigMap amazon-vpc-cni of kube-system switches them on/] },
  { rule: 'moved-nodes', name: 'to Auto Mode, with jobs that nothing protects', before: unprotected(FLEET), after: unprotected(MOVED_TO_AUTO_MODE), says: ['disruptive', /running jobs of acme-arm64-spot are not protected and are lost/] },
  { rule: 'moved-nodes', name: 'to Auto Mode, with old pools that stay until they are deleted', before: kept, after: MOVED_TO_AUTO_MODE, says: ['notice', /gitlab-jobs-\S+, .* stay in the cluster until they are deleted, and may still start nodes\./] },
  { rule: 'moved-nodes', name: 'the old pools go, after both were there', before: BOTH, after: MOVED_TO_AUTO_MODE, says: ['notice', /^The fleet moves from nodes of self-managed Karpenter to nodes of EKS Auto Mode/] },
  { rule: 'moved-nodes', name: 'pools of Auto Mode are added to those that are there', after: BOTH },
  { rule: 'moved-nodes', name: 'pools of Auto Mode get other names', before: AUTO_MODE_FLEET, after: MOVED_TO_AUTO_MODE },
  { rule: 'moved-nodes', name: 'pools of the same names, which the API server refuses', after: AUTO_MODE_FLEET },
  { rule: 'immutable-field', name: 'pools that turn to Auto Mode under their names', after: AUTO_MODE_FLEET, says: ['disruptive', /^The apply fails/] },
  { rule: 'pool-drifts', name: 'pools that turn to Auto Mode under their names', after: AUTO_MODE_FLEET },
  { rule: 'requirements-change', name: 'pools that turn to Auto Mode under their names', after: AUTO_MODE_FLEET },
  { rule: 'pool-removed', name: 'pools that others of Auto Mode take the place of', after: MOVED_TO_AUTO_MODE },
  { rule: 'pool-added', name: 'pools that take the place of others', after: MOVED_TO_AUTO_MODE },
  { rule: 'pool-added', name: 'one of them without limits', after: edited(MOVED_TO_AUTO_MODE, ['nodepool-gitlab-auto-jobs-arm64-spot.yaml', / {2}limits:\n.*\n.*\n/, '']), says: ['notice', /Nothing bounds how many there are/] },
  { rule: 'class-removed', name: 'classes that others of Auto Mode take the place of', after: MOVED_TO_AUTO_MODE },
  { rule: 'job-price', name: 'jobs that move to Auto Mode', after: MOVED_TO_AUTO_MODE },
  { rule: 'unjudged', name: 'classes of Auto Mode that say what the others said', after: MOVED_TO_AUTO_MODE },
  { rule: 'unjudged', name: 'back to classes of Karpenter, with disks', before: MOVED_TO_AUTO_MODE, after: FLEET },
  { rule: 'unjudged', name: 'jobs and managers that select nodes of Auto Mode', after: edited(MOVED_TO_AUTO_MODE, ['arm64-spot/configmap.yaml', '"kubernetes.io/os" = "linux"', '"eks.amazonaws.com/compute-type" = "auto"'], ['arm64-spot/deployment.yaml', 'nodeSelector:\n', 'nodeSelector:\n        eks.amazonaws.com/compute-type: auto\n']) },
  { rule: 'unjudged', name: 'a pool that gives its nodes the label of those of Auto Mode', after: edited(FLEET, ['nodepool-gitlab-jobs-arm64-spot.yaml', /(template:\n {4}metadata:\n {6}labels:\n)/, '$1        eks.amazonaws.com/compute-type: auto\n']), says: ['security', /compute-type/] },
  { rule: 'unjudged', name: 'a class of Auto Mode in other subnets', after: edited(MOVED_TO_AUTO_MODE, ['nodeclass-gitlab-auto-jobs.yaml', /(subnetSelectorTerms:\n.*\n +karpenter.sh\/discovery: )acme/, '$1public']), says: ['security', /subnetSelectorTerms/] },
  { rule: 'node-guards', name: 'the same guards by the labels of Auto Mode', after: MOVED_TO_AUTO_MODE },
  { rule: 'node-guards', name: 'Auto Mode without a guard that there was', after: edited(MOVED_TO_AUTO_MODE, ['nodepool-gitlab-auto-jobs-arm64-spot.yaml', / +- key: eks.amazonaws.com\/instance-hypervisor\n.*\n.*\n.*\n/, '']), says: ['security', /eks.amazonaws.com\/instance-hypervisor is not required/] },
  { rule: 'class-drifts', name: 'a setting of a NodeClass', before: AUTO_MODE_FLEET, after: edited(AUTO_MODE_FLEET, [CLASS, 'size: 100Gi', 'size: 200Gi']), says: ['notice', /^Every node of gitlab-jobs-.* drifts and is replaced/] },
  { rule: 'class-finds-others', name: 'other subnets of a NodeClass', before: AUTO_MODE_FLEET, after: edited(AUTO_MODE_FLEET, [CLASS, /(subnetSelectorTerms:\n.*\n +karpenter.sh\/discovery: )acme/, '$1other']), says: ['notice', /in subnets that are no longer found/] },
  { rule: 'disk-price', name: 'a larger volume of a NodeClass', before: AUTO_MODE_FLEET, after: edited(AUTO_MODE_FLEET, [CLASS, 'size: 100Gi', 'size: 200Gi']), says: ['notice', /cost USD 16\.00 for a month that it runs, instead of 8\.00/] },
  { rule: 'disk-price', name: 'a smaller volume of a NodeClass', before: AUTO_MODE_FLEET, after: edited(AUTO_MODE_FLEET, [CLASS, 'size: 100Gi', 'size: 50Gi']) },
  { rule: 'class-removed', name: 'a NodeClass that pools still name', before: AUTO_MODE_FLEET, after: without(AUTO_MODE_FLEET, CLASS), says: ['disruptive', /can no longer launch nodes/] },
  { rule: 'job-price', name: 'larger jobs on Auto Mode', before: AUTO_MODE_FLEET, after: edited(AUTO_MODE_FLEET, ['amd64-spot/configmap.yaml', 'cpu_request = "1"', 'cpu_request = "3"']), says: ['notice', /costs USD 0\.\d+ \(\S+\.xlarge with EKS Auto Mode's fee\) on demand instead of USD 0\.\d+ \(\S+\.large with EKS Auto Mode's fee\)/] },
  { rule: 'static-pool', name: 'a static pool of Auto Mode', before: AUTO_MODE_FLEET, after: [...AUTO_MODE_FLEET, ...edited(poolsOf(MOVED_TO_AUTO_MODE).filter(({ path }) => path.includes('nodepool-gitlab-auto-managers')), ['managers.yaml', 'spec:\n', 'spec:\n  replicas: 2\n'], ['managers.yaml', /cpu: "16"\n {4}memory: 32Gi/, 'nodes: 2'])], says: ['notice', /a month on demand with EKS Auto Mode's fee/] },
];
