import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterState } from './cluster';

/**
 * Applies rendered files as Flux does: server-side, as its field manager, namespaces first.
 *
 * @returns what kubectl prints of each object
 */
export function applyFolder({ kubectl, kubeconfig }: ClusterState, folder: string): string {
  const flags = [
    '--kubeconfig',
    kubeconfig,
    '--server-side',
    '--force-conflicts',
    '--field-manager=kustomize-controller',
  ];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  const namespaces = files.filter((file) => file.includes('namespace-'));
  const others = files.filter((file) => !namespaces.includes(file));
  return [namespaces, others]
    .filter((stage) => stage.length > 0)
    .map((stage) => {
      const names = stage.flatMap((file) => ['--filename', join(folder, file)]);
      const run = spawnSync(kubectl, ['apply', ...flags, ...names], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      });
      if (run.status === 0) return run.stdout;
      throw new Error(`kubectl apply: ${run.stderr}`);
    })
    .join('');
}
