import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KubeAccess, KubeClient } from './kube-client';
import { freePorts } from './ports';
import { Program, type ProgramSpec } from './program';

/** A control plane that runs as plain processes. */
export interface Kubernetes {
  readonly access: KubeAccess;
  /** A kubeconfig file of the administrator. */
  readonly kubeconfig: string;
  /** In the order in which they were started. */
  readonly programs: readonly Program[];
}

/** Requests per second of the control plane's own clients: the defaults (20 to 50) would be what a burst measures. */
const RATE = ['--kube-api-qps=1000', '--kube-api-burst=2000'];
const LOOPBACK = '127.0.0.1';

/**
 * Starts etcd, kube-apiserver, kube-controller-manager and kube-scheduler.
 *
 * @param programs folder of the built programs
 * @param folder where they keep their data
 * @param logs where they keep their logs
 */
export async function startKubernetes(programs: string, folder: string, logs: string): Promise<Kubernetes> {
  const [client, peer, secure, manager, scheduler] = await freePorts(5);
  const token = randomBytes(16).toString('hex');
  writeKeys(folder, token);
  const program = (name: string) => join(programs, name);
  const start = (spec: ProgramSpec) => Program.start(spec, logs);
  const etcdUrl = `http://${LOOPBACK}:${client}`;
  const etcd = start({ name: 'etcd', command: program('server'), args: etcdArgs(folder, etcdUrl, peer) });
  await etcd.ready(async () => (await fetch(`${etcdUrl}/health`)).ok);
  const url = `https://${LOOPBACK}:${secure}`;
  const apiserver = start({
    name: 'kube-apiserver',
    command: program('kube-apiserver'),
    args: apiserverArgs(folder, etcdUrl, secure),
  });
  const certificate = join(folder, 'certificates/apiserver.crt');
  await apiserver.ready(async () => readFileSync(certificate, 'utf8') !== '');
  const access = { url, token, ca: readFileSync(certificate, 'utf8') };
  const api = new KubeClient(access);
  await apiserver.ready(async () => (await api.get('/readyz')) === 'ok');
  const kubeconfig = writeKubeconfig(folder, access);
  const common = [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    `--bind-address=${LOOPBACK}`,
    ...RATE,
  ];
  const controllers = start({
    name: 'kube-controller-manager',
    command: program('kube-controller-manager'),
    args: [
      ...common,
      `--secure-port=${manager}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      `--root-ca-file=${certificate}`,
      `--service-account-private-key-file=${join(folder, 'service-accounts.key')}`,
      '--use-service-account-credentials=false',
      '--controllers=*,-node-ipam-controller,-node-route-controller,-service-lb-controller,-cloud-node-lifecycle-controller',
    ],
  });
  const schedulers = start({
    name: 'kube-scheduler',
    command: program('kube-scheduler'),
    args: [
      ...common,
      `--secure-port=${scheduler}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
    ],
  });
  // The account that every pod needs is made by the controller manager: from then on pods are admitted.
  await controllers.ready(
    async () => (await api.find('/api/v1/namespaces/default/serviceaccounts/default')) !== undefined,
  );
  return { access, kubeconfig, programs: [etcd, apiserver, controllers, schedulers] };
}

function etcdArgs(folder: string, url: string, peer: number): string[] {
  const peerUrl = `http://${LOOPBACK}:${peer}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--quota-backend-bytes=4294967296',
  ];
}

function apiserverArgs(folder: string, etcdUrl: string, port: number): string[] {
  const key = join(folder, 'service-accounts.key');
  return [
    `--etcd-servers=${etcdUrl}`,
    `--bind-address=${LOOPBACK}`,
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${key}`,
    `--service-account-key-file=${key}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
    '--max-requests-inflight=2000',
    '--max-mutating-requests-inflight=1000',
  ];
}

function writeKeys(folder: string, token: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'service-accounts.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,system:masters\n`);
}

function writeKubeconfig(folder: string, { url, token, ca }: KubeAccess): string {
  const file = join(folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}
