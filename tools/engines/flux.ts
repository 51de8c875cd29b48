import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '../../lib/app/dist-folder';
import type { SourceFile } from '../../lib/cluster/manifest';
import type { KubeClient } from './kube-client';
import type { Kubernetes } from './kubernetes';
import { freePorts } from './ports';
import { Program } from './program';

/** Starts Flux's kustomize-controller, which builds, substitutes, applies, prunes and waits. */
export async function startFlux(
  programs: string,
  logs: string,
  { kubeconfig }: Kubernetes,
): Promise<Program> {
  const [metrics, health, events] = await freePorts(3);
  const program = Program.start(
    {
      name: 'kustomize-controller',
      command: join(programs, 'kustomize-controller'),
      args: [
        '--watch-all-namespaces',
        '--enable-leader-election=false',
        `--metrics-addr=127.0.0.1:${metrics}`,
        `--health-addr=127.0.0.1:${health}`,
        `--events-addr=http://127.0.0.1:${events}`,
        '--kube-api-qps=500',
        '--kube-api-burst=1000',
        '--requeue-dependency=2s',
      ],
      env: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: 'flux-system', HOME: '/tmp' },
    },
    logs,
  );
  await program.ready(async () => (await fetch(`http://127.0.0.1:${health}/readyz`)).ok);
  return program;
}

/** What source-controller would do for one GitRepository: serve a revision as an archive, and say so in its status. */
export class ArtifactServer {
  private readonly archives = new Map<string, Buffer>();

  private constructor(
    private readonly server: Server,
    private readonly client: KubeClient,
  ) {}

  static async start(client: KubeClient): Promise<ArtifactServer> {
    const server = createServer();
    const artifacts = new ArtifactServer(server, client);
    server.on('request', (request, response) => {
      const archive = artifacts.archives.get(request.url ?? '');
      response.writeHead(archive ? 200 : 404).end(archive);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return artifacts;
  }

  /** Makes files the newest revision of a GitRepository. */
  async publish(repository: string, files: readonly SourceFile[]): Promise<void> {
    const archive = archiveOf(files);
    const digest = createHash('sha256').update(archive).digest('hex');
    const path = `/${digest}.tar.gz`;
    this.archives.set(path, archive);
    const { port } = this.server.address() as AddressInfo;
    const now = new Date().toISOString();
    await this.client.patch(`${repository}/status`, {
      status: {
        observedGeneration: 1,
        conditions: [
          { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'stored', lastTransitionTime: now },
        ],
        artifact: {
          url: `http://127.0.0.1:${port}${path}`,
          path: path.slice(1),
          revision: `main@sha1:${digest.slice(0, 40)}`,
          digest: `sha256:${digest}`,
          size: archive.length,
          lastUpdateTime: now,
        },
      },
    });
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function archiveOf(files: readonly SourceFile[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-revision-'));
  try {
    writeFiles(folder, files);
    return execFileSync('tar', ['--create', '--gzip', '--file=-', `--directory=${folder}`, '.'], {
      maxBuffer: 64 * 1024 * 1024,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
