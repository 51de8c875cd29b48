import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { goModuleFolder } from './build';
import { KubeClient } from './kube-client';
import type { Kubernetes } from './kubernetes';
import { freePorts } from './ports';
import { Program } from './program';

const MODULE = 'github.com/argoproj/argo-cd/v3';
const NAMESPACE = 'argocd';

/** The CRDs that the controller reads; ApplicationSets have one of their own. */
export function argoCrds(): readonly string[] {
  const folder = join(goModuleFolder('argo', MODULE), 'manifests/crds');
  return [join(folder, 'application-crd.yaml'), join(folder, 'appproject-crd.yaml')];
}

/**
 * Starts what of Argo CD compares, applies, prunes and judges health: repo-server, application-controller and their cache.
 * Its API server and its pages are left out.
 *
 * @param folder where it keeps checkouts
 */
export async function startArgo(
  programs: string,
  folder: string,
  logs: string,
  kubernetes: Kubernetes,
): Promise<readonly Program[]> {
  await createObjects(new KubeClient(kubernetes.access));
  const [redis, repo, repoMetrics, controllerMetrics] = await freePorts(4);
  const environment = prepareEnvironment(join(folder, 'argo'), kubernetes.kubeconfig);
  const cache = `--redis=127.0.0.1:${redis}`;
  const start = (name: string, command: string, args: readonly string[], env = {}) =>
    Program.start({ name, command: join(programs, command), args, env: { ...environment, ...env } }, logs);
  const redisServer = start('argocd-redis', 'redis', [`127.0.0.1:${redis}`]);
  const repoServer = start(
    'argocd-repo-server',
    'cmd',
    [
      '--address=127.0.0.1',
      `--port=${repo}`,
      '--metrics-address=127.0.0.1',
      `--metrics-port=${repoMetrics}`,
      '--disable-tls',
      '--client-ca-path=',
      cache,
    ],
    { ARGOCD_BINARY_NAME: 'argocd-repo-server', ARGOCD_GPG_ENABLED: 'false' },
  );
  await repoServer.ready(async () => readFileSync(repoServer.log, 'utf8').includes('starting grpc server'));
  const controller = start(
    'argocd-application-controller',
    'cmd',
    [
      `--namespace=${NAMESPACE}`,
      `--repo-server=127.0.0.1:${repo}`,
      '--repo-server-plaintext',
      cache,
      `--metrics-port=${controllerMetrics}`,
      // Health of each object in the Application's status, where tests read it.
      '--persist-resource-health',
    ],
    // With this, the cluster of the Applications is that of the kubeconfig.
    { ARGOCD_BINARY_NAME: 'argocd-application-controller', ARGOCD_FAKE_IN_CLUSTER: 'true' },
  );
  await controller.ready(async () => (await fetch(`http://127.0.0.1:${controllerMetrics}/healthz`)).ok);
  return [redisServer, repoServer, controller];
}

/** Folders of its own, and a script that repo-server runs for each revision and that modules hold without its execute bit. */
function prepareEnvironment(folder: string, kubeconfig: string): Readonly<Record<string, string>> {
  const [bin, home, temporary] = ['bin', 'home', 'tmp'].map((name) => join(folder, name));
  for (const each of [bin, home, temporary]) mkdirSync(each, { recursive: true });
  const script = join(bin, 'git-verify-wrapper.sh');
  copyFileSync(join(goModuleFolder('argo', MODULE), 'hack/git-verify-wrapper.sh'), script);
  chmodSync(script, 0o755);
  return {
    PATH: [bin, process.env.PATH].join(delimiter),
    HOME: home,
    TMPDIR: temporary,
    KUBECONFIG: kubeconfig,
  };
}

/** What an installation has, as far as the two programs ask for it. Its API server would make the key and the project. */
async function createObjects(api: KubeClient): Promise<void> {
  const partOf = (name: string) => ({
    name,
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'argocd' },
  });
  await api.create('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  await api.create(`/api/v1/namespaces/${NAMESPACE}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: partOf('argocd-cm'),
  });
  await api.create(`/api/v1/namespaces/${NAMESPACE}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: partOf('argocd-secret'),
    stringData: { 'server.secretkey': 'none' },
  });
  await api.create(`/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}/appprojects`, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default' },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  });
}
