import { variableTexts } from '../cluster/as-applied';
import { leftOutMarks } from '../cluster/left-out';
import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { isRenderedObject } from '../cluster/rendered-object';
import { isClusterScoped } from '../cluster/scope';
import { formatPath } from '../values/field-path';
import type { Finding } from './finding';
import { GUARDED_RULES } from './guarded-rules';

const { finding } = GUARDED_RULES;

/** Objects that were rendered, and that are not applied as they stand there. */
export function renderedFindings({ manifests }: Subject): Finding[] {
  return manifests
    .filter(isRenderedObject)
    .flatMap((manifest) => [
      ...markFindings(manifest),
      ...placeFindings(manifest),
      ...variableFindings(manifest),
    ]);
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

/** Flux fills in what stands for a variable. Rendered objects with such a text say that it is one of their own. */
function variableFindings(manifest: Manifest): Finding[] {
  const texts = variableTexts(manifest);
  if (texts.length === 0) return [];
  const shown = texts.map(({ path, text }) => `${formatPath(path)}: ${firstVariable(text)}`);
  return [
    finding('run-time-value', {
      severity: 'error',
      at: { manifest, path: texts[0].path },
      found: shown.slice(0, 3).join(', '),
      why: 'where Flux substitutes variables, it replaces this by another value, the default or one of the cluster, which is not judged here',
      fix: 'write the value, or render it again: texts that hold ${ are annotated with kustomize.toolkit.fluxcd.io/substitute: disabled',
    }),
  ];
}

/** The variable alone where the text is long: a config.toml holds more than is to be printed. */
function firstVariable(text: string): string {
  if (text.length <= 80) return text;
  return /\$\{[^{}\n]{0,60}\}?/.exec(text)?.[0] ?? '${';
}
