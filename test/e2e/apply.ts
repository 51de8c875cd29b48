import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '../../lib/app/dist-folder';
import type { RenderedFile } from '../../lib/app/render';
import { applyFolder } from '../../tools/engines/apply-folder';
import { cluster } from './running-cluster';

/** Applies files as Flux does. What kubectl prints of each object. */
export function applyFiles(files: readonly RenderedFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-apply-'));
  try {
    writeFiles(folder, files);
    return applyFolder(cluster, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
