import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argoCrds, startArgo } from './argo';
import { buildGoModule, buildPythonPackages, GO_MODULES, goModuleFolder } from './build';
import { startCloud } from './cloud';
import { startFlux } from './flux';
import { startKarpenter } from './karpenter';
import type { KubeAccess } from './kube-client';
import { type Kubernetes, startKubernetes } from './kubernetes';
import { startKwok } from './kwok';
import type { Program } from './program';
import { startSealedSecrets } from './sealed-secrets';
import { requireTools } from './tools';

/** A running set of engines, as plain data: tests run in a process of their own. */
export interface ClusterState {
  readonly access: KubeAccess;
  readonly kubeconfig: string;
  /** Folder of the logs. */
  readonly logs: string;
  /** Paths of the command-line programs. */
  readonly kubectl: string;
  readonly kubeseal: string;
  /** Where sealed-secrets serves its certificate. */
  readonly certificateUrl: string;
  /** Where the simulated AWS lists its launch templates. */
  readonly launchTemplatesUrl: string;
}

/** Name of the EKS cluster: that of the fleet in `main.ts`. */
const CLUSTER_NAME = 'production';

/** Engines that run until they are stopped. */
export interface Cluster {
  readonly state: ClusterState;
  /** In the order in which they were started. */
  readonly programs: readonly Program[];
  stop(): Promise<void>;
}

/** Which engines run. */
export interface ClusterOptions {
  /** Argo CD, which watches every object of the cluster: what is measured is measured without it. Default true. */
  readonly argo?: boolean;
}

/**
 * Builds what is missing and starts the engines.
 *
 * @param logs folder for their logs; emptied first
 * @throws MissingTool where the machine lacks something
 */
export async function startCluster(logs: string, { argo = true }: ClusterOptions = {}): Promise<Cluster> {
  requireTools();
  const modules = GO_MODULES.filter(({ name }) => argo || name !== 'argo');
  const built = Object.fromEntries(modules.map((module) => [module.name, buildGoModule(module)]));
  const packages = buildPythonPackages();
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-cluster-'));
  const programs: Program[] = [];
  const stop = async () => {
    // Newest first: what still runs finds the API server to the end.
    for (const program of [...programs].reverse()) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const kubernetes = await startKubernetes(built.kubernetes, folder, logs);
    programs.push(...kubernetes.programs);
    const kubectl = join(built.kubernetes, 'kubectl');
    applyCrds(kubectl, kubernetes, argo ? argoCrds() : []);
    const sealed = await startSealedSecrets(built['sealed-secrets'], folder, logs, kubernetes);
    programs.push(sealed.program);
    programs.push(
      startKwok(built.kwok, goModuleFolder('kwok', 'sigs.k8s.io/kwok'), folder, logs, kubernetes),
    );
    const cloud = await startCloud(packages, folder, logs, CLUSTER_NAME);
    programs.push(cloud.program);
    programs.push(await startFlux(built.flux, logs, kubernetes));
    programs.push(await startKarpenter(built.karpenter, logs, kubernetes, cloud, CLUSTER_NAME));
    if (argo) programs.push(...(await startArgo(built.argo, folder, logs, kubernetes)));
    const state = {
      access: kubernetes.access,
      kubeconfig: kubernetes.kubeconfig,
      logs: resolve(logs),
      kubectl,
      kubeseal: join(built['sealed-secrets'], 'kubeseal'),
      certificateUrl: sealed.certificateUrl,
      launchTemplatesUrl: `${cloud.pricesUrl}/launch-templates`,
    };
    return { state, programs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Definitions that nobody publishes, written here from what is documented. */
const OWN_CRDS = 'tools/engines/crds';

/** The CRDs of the very releases that are built, and our own. */
function applyCrds(kubectl: string, { kubeconfig }: Kubernetes, argo: readonly string[]): void {
  const files = [
    ...argo,
    join(
      goModuleFolder('sealed-secrets', 'github.com/bitnami-labs/sealed-secrets'),
      'helm/sealed-secrets/crds',
    ),
    join(goModuleFolder('flux', 'github.com/fluxcd/kustomize-controller'), 'config/crd/bases'),
    join(goModuleFolder('flux', 'github.com/fluxcd/source-controller'), 'config/crd/bases'),
    join(goModuleFolder('karpenter', 'github.com/aws/karpenter-provider-aws'), 'pkg/apis/crds'),
    join(
      goModuleFolder('prometheus-operator', 'github.com/prometheus-operator/prometheus-operator'),
      'example/prometheus-operator-crd',
    ),
    OWN_CRDS,
  ];
  const args = [
    '--kubeconfig',
    kubeconfig,
    'apply',
    '--server-side',
    ...files.flatMap((file) => ['-f', file]),
  ];
  execFileSync(kubectl, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const wait = [
    '--kubeconfig',
    kubeconfig,
    'wait',
    '--for=condition=Established',
    'crd',
    '--all',
    '--timeout=60s',
  ];
  execFileSync(kubectl, wait, { stdio: ['ignore', 'ignore', 'inherit'] });
}
