import { asWritten, variableTexts } from '../../cluster/as-applied';
import type { Manifest } from '../../cluster/manifest';
import { isRenderedObject } from '../../cluster/rendered-object';
import { filledIn } from '../../values/run-time-variable';
import { type ChangedObject, type Impact, impact, type Rule } from '../rule';
import { all } from './all-names';

/** Fields whose value is not here any more. */
export const runTimeValue: Rule = {
  id: 'run-time-value',
  title: 'A variable that Flux fills in decides what is applied, and its value is elsewhere.',
  run: ({ before, changes }) => (before.manifests.length === 0 ? [] : changes.flatMap(variableImpacts)),
};

function variableImpacts(change: ChangedObject): Impact[] {
  const { before, after } = change;
  if (!after) return [];
  const known = new Set(before ? deciding(before) : []);
  const added = deciding(after).filter((text) => !known.has(text));
  if (added.length === 0) return [];
  const fields = all(added);
  const what = `Its value is not here, or is a default that another one may replace: ${fields}.`;
  const why = isRenderedObject(after)
    ? 'What is rendered holds no variable: it was added by hand.'
    : 'No rule can judge a value that is not here.';
  return [impact('run-time-value', 'security', change, what, why)];
}

/** Fields that no rule can judge, with their texts: of what is rendered each, of other objects those without a default. */
function deciding(manifest: Manifest): readonly string[] {
  const texts = variableTexts(asWritten(manifest)).map(({ path, text }) => ({
    // An item that moves within its list is the same.
    path: path.filter((step) => typeof step === 'string').join('.'),
    text,
  }));
  const words = (list: typeof texts) => list.map(({ path, text }) => `${path} is ${text}`);
  if (isRenderedObject(manifest)) return words(texts);
  const isOfFile = /^(?:string)?[dD]ata(?:\.|$)/;
  const isFile = (path: string) => /^(?:ConfigMap|Secret)$/.test(manifest.kind) && isOfFile.test(path);
  return words(texts.filter(({ path, text }) => !isFile(path) && /(?<!\$)\$\{/.test(filledIn(text))));
}
