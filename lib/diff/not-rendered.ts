import { displayName, type Manifest } from '../cluster/manifest';
import type { ParsedManifests } from '../cluster/parse';
import { HEADER } from '../cluster/rendered-text';
import { type Unrendered, unrenderedObject, unrenderedOf } from '../cluster/unrendered';
import { type ChangedObject, type Comparison, type Impact, impact, objectOf, type Rule } from './rule';

/** Releases and charts that others render later: no object here shows what their change does. */
export const notRendered: Rule = {
  id: 'not-rendered',
  title: 'What renders runners changes, and what it renders is not here: nothing of it is judged.',
  run: (comparison) => {
    if (comparison.before.manifests.length === 0) return [];
    return comparison.changes.flatMap((change) => {
      const unrendered = unrenderedChange(change, comparison);
      if (unrendered === undefined) return [];
      const is = !change.before ? 'is new' : change.after ? 'changes' : 'is removed';
      return [impact('not-rendered', 'notice', change, sentence(unrendered, is), whyOf(unrendered))];
    });
  },
};

/**
 * What of a changed object stands for runners and is not rendered. In a folder that synth rendered such an object is none of
 * the fleet, and judged as that.
 */
export function unrenderedChange(
  change: ChangedObject,
  { before, after }: Comparison,
): Unrendered | undefined {
  const side = change.after ? after : before;
  if ([before, after].some(({ manifests }) => manifests.some(isOfSynth))) return undefined;
  return unrenderedObject(objectOf(change), side.manifests);
}

function isOfSynth({ fileText }: Manifest): boolean {
  return fileText?.startsWith(HEADER) === true;
}

/** The same of files that are not objects: values of a chart, a kustomization. */
export function unrenderedFiles(before: ParsedManifests, after: ParsedManifests): readonly Impact[] {
  if ([before, after].some(({ manifests }) => manifests.some(isOfSynth))) return [];
  const others = new Set<Manifest>(after.others);
  return unrenderedOf(after.manifests, after.others).flatMap((unrendered): Impact[] => {
    const { file, fileText } = unrendered.manifest;
    const old = before.others.find((one) => one.file === file)?.fileText;
    if (!others.has(unrendered.manifest) || old === undefined || old === fileText) return [];
    const object = displayName(unrendered.manifest);
    const what = sentence(unrendered, 'changes');
    return [{ id: 'not-rendered', weight: 'notice', object, what, why: whyOf(unrendered) }];
  });
}

function sentence({ what }: Unrendered, is: string): string {
  return `What is not rendered ${is}: ${what}.`;
}

function whyOf({ command }: Unrendered): string {
  const render = command.replace(/ \| npx runner-fleet check -$/, '');
  return `What it makes was not judged. Render both revisions and compare these: ${render}`;
}
