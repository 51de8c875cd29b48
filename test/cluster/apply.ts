import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '../../synth/dist-folder';
import type { RenderedFile } from '../../synth/render';
import { kubectl } from './running-cluster';

/** Applies files as Flux does: server-side, as its field manager, namespaces first. What kubectl prints of each. */
export function applyFiles(files: readonly RenderedFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-apply-'));
  const flags = ['--server-side', '--force-conflicts', '--field-manager=kustomize-controller', '--recursive'];
  try {
    writeFiles(
      join(folder, '1'),
      files.filter(({ path }) => path.includes('/namespace-')),
    );
    writeFiles(
      join(folder, '2'),
      files.filter(({ path }) => !path.includes('/namespace-')),
    );
    return ['1', '2'].map((stage) => kubectl('apply', ...flags, '-f', join(folder, stage))).join('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
