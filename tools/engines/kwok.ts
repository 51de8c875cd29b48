import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubernetes } from './kubernetes';
import { Program } from './program';

/** What makes nodes and pods become Ready, as the files of kwok's own release say it. */
const STAGES = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

/** Label of nodes whose disk a test sets, since it is not of 100 GiB. */
export const OWN_DISK = 'simulated-kubelet/disk';

/**
 * Starts kwok as the kubelet of every node that is annotated with `kwok.x-k8s.io/node: fake`.
 *
 * @param source folder of kwok's module, where its stages are
 */
export function startKwok(
  programs: string,
  source: string,
  folder: string,
  logs: string,
  { kubeconfig }: Kubernetes,
): Program {
  const stages = STAGES.map((file) => readFileSync(join(source, 'kustomize/stage', file), 'utf8'));
  const config = join(folder, 'kwok.yaml');
  writeFileSync(config, stages.join('\n---\n'));
  return Program.start(
    {
      name: 'kwok',
      command: join(programs, 'kwok'),
      args: [
        `--kubeconfig=${kubeconfig}`,
        `--config=${config}`,
        '--manage-all-nodes=false',
        '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
        '--node-lease-duration-seconds=40',
        '--node-ip=127.0.0.1',
      ],
    },
    logs,
  );
}
