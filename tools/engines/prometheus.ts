import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dump, load } from 'js-yaml';
import type { GoModule } from './build';
import type { KubeAccess, KubeClient, KubeObject } from './kube-client';
import { freePorts } from './ports';
import { Program } from './program';

/** What one test alone asks, and builds when it does: the operator, which writes Prometheus' config, and its webhook. */
export const PROMETHEUS_OPERATOR: GoModule = { name: 'prometheus-operator', minutes: 3 };

/** The same: Prometheus and promtool. Debian's Prometheus finds no pods: it is built without discovery by Kubernetes. */
export const PROMETHEUS: GoModule = {
  name: 'prometheus',
  minutes: 6,
  // Of all that it can find targets by, Kubernetes alone: the rest takes as long again to build.
  environment: { GOFLAGS: '-mod=readonly -tags=remove_all_sd,enable_kubernetes_sd' },
};

const LOOPBACK = '127.0.0.1';

/** Starts the operator for the Prometheus objects of one namespace. It reads monitors and rules of all. */
export async function startPrometheusOperator(
  programs: string,
  logs: string,
  kubeconfig: string,
  namespace: string,
): Promise<Program> {
  const [port] = await freePorts(1);
  const program = Program.start(
    {
      name: 'prometheus-operator',
      command: join(programs, 'operator'),
      args: [
        `--web.listen-address=${LOOPBACK}:${port}`,
        `--prometheus-instance-namespaces=${namespace}`,
        `--alertmanager-instance-namespaces=${namespace}`,
        `--thanos-ruler-instance-namespaces=${namespace}`,
      ],
      env: { KUBECONFIG: kubeconfig, HOME: '/tmp' },
    },
    logs,
  );
  await program.ready(async () => (await fetch(`http://${LOOPBACK}:${port}/healthz`)).ok);
  return program;
}

/** The webhook by which clusters refuse rules that Prometheus can't load. */
export class RulesWebhook {
  private constructor(
    readonly program: Program,
    private readonly url: string,
  ) {}

  static async start(programs: string, logs: string): Promise<RulesWebhook> {
    const [port] = await freePorts(1);
    const program = Program.start(
      {
        name: 'rules-webhook',
        command: join(programs, 'admission-webhook'),
        args: [`--web.listen-address=${LOOPBACK}:${port}`, '--web.enable-tls=false'],
      },
      logs,
    );
    await program.ready(async () => (await fetch(`http://${LOOPBACK}:${port}/healthz`)).ok);
    return new RulesWebhook(program, `http://${LOOPBACK}:${port}/admission-prometheusrules/validate`);
  }

  /** Its objection to a PrometheusRule, asked as the API server asks; undefined where it allows it. */
  async objectionTo(object: KubeObject): Promise<string | undefined> {
    const request = {
      uid: 'one',
      operation: 'CREATE',
      resource: { group: 'monitoring.coreos.com', version: 'v1', resource: 'prometheusrules' },
      object,
    };
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }),
    });
    const { response } = (await answer.json()) as KubeObject;
    return response.allowed ? undefined : JSON.stringify(response.status);
  }
}

/** What the operator made of a Prometheus object and of the monitors and rules that it selects. */
export interface PrometheusConfig {
  readonly config: KubeObject;
  /** Files of rules by their names. */
  readonly rules: Readonly<Record<string, string>>;
}

/** The config of a Prometheus object, once the operator has written it; undefined until then. */
export async function operatorsConfig(
  api: KubeClient,
  namespace: string,
  name: string,
): Promise<PrometheusConfig | undefined> {
  const secret = await api.find(`/api/v1/namespaces/${namespace}/secrets/prometheus-${name}`);
  const packed = secret?.data?.['prometheus.yaml.gz'];
  const rules = await api.find(`/api/v1/namespaces/${namespace}/configmaps/prometheus-${name}-rulefiles-0`);
  if (packed === undefined || rules?.data === undefined) return undefined;
  const config = load(gunzipSync(Buffer.from(packed, 'base64')).toString()) as KubeObject;
  return { config, rules: rules.data };
}

/** How to start a Prometheus outside of the cluster, with a config for one inside. */
export interface PrometheusOptions {
  /** Folder of its program. */
  readonly programs: string;
  readonly access: KubeAccess;
  /** Folder of its data, emptied by the caller. */
  readonly folder: string;
  readonly logs: string;
  /** Seconds for which a series that is no longer scraped has its last value. Prometheus' default is 300. */
  readonly lookback: number;
}

/** A Prometheus with what the operator wrote. */
export class Prometheus {
  private constructor(
    readonly program: Program,
    readonly url: string,
  ) {}

  static async start({ config, rules }: PrometheusConfig, options: PrometheusOptions): Promise<Prometheus> {
    const { access, folder, logs, lookback, programs } = options;
    const [port] = await freePorts(1);
    const rulesFolder = join(folder, 'rules');
    mkdirSync(rulesFolder, { recursive: true });
    for (const [name, text] of Object.entries(rules)) writeFileSync(join(rulesFolder, name), text);
    writeFileSync(join(folder, 'ca.crt'), access.ca);
    writeFileSync(join(folder, 'token'), access.token);
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, dump(outsideOfCluster(config, access.url, folder)));
    const program = Program.start(
      {
        name: 'prometheus',
        command: join(programs, 'prometheus'),
        args: [
          `--config.file=${file}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=${LOOPBACK}:${port}`,
          `--query.lookback-delta=${lookback}s`,
        ],
      },
      logs,
    );
    const url = `http://${LOOPBACK}:${port}`;
    await program.ready(async () => (await fetch(`${url}/-/ready`)).ok);
    return new Prometheus(program, url);
  }

  /** What a query of its API answers. @throws Error with its objection to a query */
  async ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<KubeObject> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await answer.json()) as KubeObject;
    if (status !== 'success') throw new Error(`${JSON.stringify(parameters)}: ${error}`);
    return data;
  }

  /** The series of an instant query, each with its labels and its value now. */
  async series(query: string): Promise<readonly KubeObject[]> {
    return (await this.ask('query', { query })).result;
  }
}

/**
 * The same config, with the API server and the files where they are here: in a cluster, the pod has them, and its sidecar puts
 * in which of several Prometheus it is.
 */
function outsideOfCluster(written: KubeObject, apiServer: string, folder: string): KubeObject {
  const text = JSON.stringify(written).replaceAll('$(SHARD)', '0').replaceAll('$(POD_NAME)', 'prometheus-0');
  const config: KubeObject = JSON.parse(text);
  const discovery = {
    api_server: apiServer,
    authorization: { credentials_file: join(folder, 'token') },
    tls_config: { ca_file: join(folder, 'ca.crt') },
  };
  return {
    ...config,
    rule_files: [join(folder, 'rules', '*.yaml')],
    scrape_configs: config.scrape_configs.map((one: KubeObject) => ({
      ...one,
      kubernetes_sd_configs: one.kubernetes_sd_configs?.map((sd: KubeObject) => ({ ...sd, ...discovery })),
    })),
  };
}
