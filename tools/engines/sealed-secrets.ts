import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubernetes } from './kubernetes';
import { freePorts } from './ports';
import { Program } from './program';

/** A sealed-secrets controller. */
export interface SealedSecrets {
  readonly program: Program;
  /** Where it serves its certificate, for `kubeseal --cert`. */
  readonly certificateUrl: string;
}

/**
 * Starts the sealed-secrets controller. It reads the configuration of a pod alone, so that it gets a view of the file
 * system in which that stands where a pod has it.
 */
export async function startSealedSecrets(
  programs: string,
  folder: string,
  logs: string,
  { access }: Kubernetes,
): Promise<SealedSecrets> {
  const [port, metrics] = await freePorts(2);
  const account = join(folder, 'sealed-secrets-account');
  mkdirSync(account, { recursive: true });
  for (const [name, text] of [
    ['token', access.token],
    ['ca.crt', access.ca],
    ['namespace', 'kube-system'],
  ])
    writeFileSync(join(account, name), text);
  const { hostname, port: apiPort } = new URL(access.url);
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const script =
    'mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io && cp -r "$1" /run/secrets/kubernetes.io/serviceaccount && shift && exec "$@"';
  const command = [
    join(programs, 'controller'),
    `--listen-addr=127.0.0.1:${port}`,
    `--listen-metrics-addr=127.0.0.1:${metrics}`,
    '--kubeclient-qps=200',
    '--kubeclient-burst=400',
  ];
  const program = Program.start(
    {
      name: 'sealed-secrets',
      command: 'unshare',
      args: [...namespaces, 'sh', '-c', script, 'sh', account, ...command],
      env: {
        KUBERNETES_SERVICE_HOST: hostname,
        KUBERNETES_SERVICE_PORT: apiPort,
        POD_NAMESPACE: 'kube-system',
      },
    },
    logs,
  );
  const url = `http://127.0.0.1:${port}`;
  await program.ready(async () => (await fetch(`${url}/v1/cert.pem`)).ok);
  return { program, certificateUrl: `${url}/v1/cert.pem` };
}
