import { leftOutMarks } from '../cluster/left-out';
import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { HEADER } from '../cluster/rendered-folder';
import { isClusterScoped } from '../cluster/scope';
import { RUNNER_KEY } from '../contract';
import { at } from '../values/record';
import type { Finding } from './finding';
import { GUARDED_RULES } from './guarded-rules';

const { finding } = GUARDED_RULES;

/** Objects that were rendered, and that are not applied as they stand there. */
export function renderedFindings({ manifests }: Subject): Finding[] {
  return manifests
    .filter(isRendered)
    .flatMap((manifest) => [...markFindings(manifest), ...placeFindings(manifest)]);
}

/** Whether this product wrote an object: by the first line of its file, or by its label. */
export function isRendered({ fileText, body }: Manifest): boolean {
  return fileText?.startsWith(HEADER) === true || at(body, ['metadata', 'labels', RUNNER_KEY]) !== undefined;
}

function markFindings(manifest: Manifest): Finding[] {
  return leftOutMarks(manifest).map(({ path, key, value }) =>
    finding('left-out', {
      severity: 'error',
      at: { manifest, path },
      found: `${key}: ${value}`,
      why: 'Flux, Argo CD or the API server may leave the object out, or delete it: what it holds is gone in the cluster while it stands here',
      fix: 'remove it',
    }),
  );
}

function placeFindings(manifest: Manifest): Finding[] {
  if (manifest.namespace !== undefined || isClusterScoped(manifest.kind)) return [];
  return [
    finding('no-namespace', {
      severity: 'error',
      at: { manifest, path: ['metadata', 'namespace'] },
      found: 'nothing',
      why: 'it goes to whatever namespace the one who applies it names, where nothing here says what it does',
      fix: 'render it again, or name the namespace',
    }),
  ];
}
