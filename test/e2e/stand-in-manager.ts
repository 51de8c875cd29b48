import { parse as parseToml } from '@iarna/toml';
import type { RenderedFile } from '../../lib/app/render';
import { parseManifests } from '../../lib/cluster/parse';
import { KubeClient, KubeError, type KubeObject } from '../../tools/engines/kube-client';
import { api, cluster } from './running-cluster';

/** Beginning of a token, as the runner shows it. */
const SHORT_TOKEN = 'example-t';

/** How often it looks; the runner does every 10 s. */
const EVERY_MS = 100;

/**
 * What a manager of GitLab Runner 19.3 does with pause pods, by the config and the system id that it is given and the rights
 * of its ServiceAccount: every so often it makes their Deployment, or sets its replicas, and when it ends in order it deletes
 * it. Hours are left out: the first policy counts.
 * @see gitlab-runner 19.3 executors/kubernetes/autoscaler/pause_pod_manager.go
 */
export class StandInManager {
  private isStopped = false;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly client: KubeClient,
    readonly deployment: string,
    readonly path: string,
    private readonly body: (replicas: number) => KubeObject,
    readonly wanted: number,
  ) {}

  /** The manager of a runner, as files render it. */
  static async of(files: readonly RenderedFile[], runner: string): Promise<StandInManager> {
    const { manifests } = parseManifests(files);
    const config = manifests.find(
      ({ kind, name }) => kind === 'ConfigMap' && name.startsWith(`runner-${runner}-`),
    )?.body as KubeObject;
    const manager = manifests.find(({ kind, name }) => kind === 'Deployment' && name === `runner-${runner}`)
      ?.body as KubeObject;
    const { namespace } = manager.metadata;
    const account = manager.spec.template.spec.serviceAccountName;
    const { status } = await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    });
    const client = new KubeClient({ ...cluster.access, token: status.token });
    const [{ kubernetes }] = (parseToml(config.data['config.toml']) as KubeObject).runners;
    const systemId = config.data['.runner_system_id'];
    const name = `runner-pause-${SHORT_TOKEN}-${systemId.replace(/[^a-z0-9-]/g, '')}`;
    const path = `/apis/apps/v1/namespaces/${kubernetes.namespace}/deployments`;
    const [{ idle_count: wanted }] = kubernetes.autoscaler.policy;
    const body = (replicas: number) => pauseDeployment(name, systemId, kubernetes, replicas);
    return new StandInManager(client, name, path, body, wanted);
  }

  /** Looks after its pause pods until it is stopped. */
  start(): void {
    this.running = this.keep();
  }

  /** Ends in order, as when the last job is done. @throws KubeError where it may not delete the Deployment */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
    await this.client.delete(`${this.path}/${this.deployment}`);
  }

  /** Ends without a word, as by kill -9. */
  async kill(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async keep(): Promise<void> {
    while (!this.isStopped) {
      try {
        await this.reconcile();
      } catch (error) {
        // Someone else wrote it between the look and the change: the runner logs that, and looks again.
        if (!(error instanceof KubeError && [404, 409].includes(error.code))) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  private async reconcile(): Promise<void> {
    const path = `${this.path}/${this.deployment}`;
    const found = await this.client.find(path);
    if (found === undefined) await this.client.create(this.path, this.body(this.wanted));
    else if (found.spec.replicas !== this.wanted)
      await this.client.replace(path, { ...found, spec: { ...found.spec, replicas: this.wanted } });
  }
}

function pauseDeployment(
  name: string,
  systemId: string,
  kubernetes: KubeObject,
  replicas: number,
): KubeObject {
  const labels = {
    'runner.gitlab.com/pause-pod': 'true',
    'manager.runner.gitlab.com/id-short': SHORT_TOKEN,
    'manager.runner.gitlab.com/system-id': systemId,
  };
  const tolerations = Object.entries(kubernetes.node_tolerations ?? {}).map(([taint, effect]) => {
    const [key, value] = taint.split('=');
    return { key, value, operator: 'Equal', effect };
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'pause',
              image: 'registry.k8s.io/pause:3.10',
              resources: { requests: { cpu: kubernetes.cpu_request, memory: kubernetes.memory_request } },
            },
          ],
          terminationGracePeriodSeconds: 0,
          nodeSelector: kubernetes.node_selector,
          tolerations,
          priorityClassName: kubernetes.autoscaler.pause_pod_priority_class_name,
        },
      },
    },
  };
}
