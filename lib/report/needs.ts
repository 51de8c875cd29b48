import { displayName } from '../cluster/manifest';
import type { Asker, Need, NeedKind } from '../cluster/needs';
import type { Unrendered } from '../cluster/unrendered';
import { formatPath } from '../values/field-path';

/** What a cluster needs, for a report. */
export interface ClusterNeeds {
  /** Folder of the cluster, where there are several. */
  readonly cluster: string | undefined;
  readonly needs: readonly Need[];
  /** What stands for runners and is not rendered: what it needs is not among `needs`. */
  readonly unrendered: readonly Unrendered[];
  /** Whether there is no runner and no node: nothing could need anything. */
  readonly isEmpty: boolean;
}

/** What is not among the manifests, with the field that asks for it first, as a person reads it. */
export function printNeedsText(clusters: readonly ClusterNeeds[]): string {
  return clusters
    .map((one) => {
      const { cluster, needs } = one;
      const open = elsewhere(needs);
      const found = needs.length - open.length;
      return [
        ...(cluster === undefined ? [] : [`== ${cluster} ==`]),
        ...(open.length === 0 ? nothingLines(one) : []),
        ...kindsOf(open).flatMap((kind) => [
          kind,
          ...open.filter((need) => need.kind === kind).flatMap(needLines),
        ]),
        ...unrenderedLines(one),
        ...(found > 0 ? [`Found among the manifests: ${found}.`] : []),
        '',
      ].join('\n');
    })
    .join('\n');
}

/** Nothing is needed where something was read that could. */
function nothingLines({ isEmpty, unrendered }: ClusterNeeds): string[] {
  if (unrendered.length > 0) return [];
  return isEmpty
    ? ['No runner, NodePool or node class is here: nothing was read that could need anything.']
    : ['Nothing is needed that these manifests do not make.'];
}

/** What is not known, and how to render it for this command. */
function unrenderedLines({ unrendered }: ClusterNeeds): string[] {
  return unrendered.flatMap(({ manifest, what, command }) => [
    `Not read: ${displayName(manifest)} (${manifest.file}), ${what} that is not rendered. What it needs is not listed.`,
    `  ${command.replace(/ check -$/, ' needs -')}`,
  ]);
}

function needLines(need: Need): string[] {
  const [first, ...others] = need.askedBy;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return [`  ${titleOf(need)}`, `    asked by ${askerText(first)}${more}`];
}

/** The same as a table for each cluster, for a page or a ticket. */
export function printNeedsMarkdown(clusters: readonly ClusterNeeds[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return clusters
    .map((one) => {
      const { cluster, needs } = one;
      const rows = elsewhere(needs).map(
        (need) =>
          `| ${need.kind} | \`${cell(titleOf(need))}\` | ${cell(need.askedBy.map(askerText).join('<br>'))} |`,
      );
      return [
        `## ${cluster === undefined ? 'Needed from elsewhere' : `${cluster}: needed from elsewhere`}`,
        '',
        '| kind | what | asked by |',
        '| --- | --- | --- |',
        ...rows,
        ...unrenderedLines(one).map((line) => `\n${line.trim()}`),
        '',
      ].join('\n');
    })
    .join('\n');
}

/** All of it, for programs. Fields are only ever added. */
export function printNeedsJson(clusters: readonly ClusterNeeds[]): string {
  const json = clusters.map(({ cluster, needs, unrendered }) => ({
    cluster,
    notRendered: unrendered.map(({ manifest, what, command }) => ({
      file: manifest.file,
      object: displayName(manifest),
      what,
      command: command.replace(/ check -$/, ' needs -'),
    })),
    needs: needs.map(({ kind, namespace, name, keys, state, madeBy, askedBy }) => ({
      kind,
      namespace,
      name,
      keys,
      state,
      madeBy: madeBy && { file: madeBy.file, object: displayName(madeBy) },
      askedBy: askedBy.map(({ manifest, path, within }) => ({
        file: manifest.file,
        object: displayName(manifest),
        path: formatPath(path),
        within,
      })),
    })),
  }));
  return `${JSON.stringify({ clusters: json }, undefined, 2)}\n`;
}

/** What is needed from elsewhere, in a line; none where nothing is. */
export function needsLine(needs: readonly Need[]): string[] {
  const open = elsewhere(needs);
  if (open.length === 0) return [];
  const counts = kindsOf(open).map((kind) => {
    const names = open.filter((need) => need.kind === kind).map(({ name }) => name);
    return names.length === 1 ? `${kind} ${names[0]}` : `${kind} (${names.length})`;
  });
  return [`Needed from elsewhere: ${counts.join(', ')}. npx runner-fleet needs says by what.`];
}

function elsewhere(needs: readonly Need[]): readonly Need[] {
  return needs.filter(({ state }) => state !== 'found');
}

function kindsOf(needs: readonly Need[]): readonly NeedKind[] {
  return [...new Set(needs.map(({ kind }) => kind))];
}

/** Name, keys, and whether nothing here says that it exists. */
function titleOf({ namespace, name, keys, state }: Need): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  const withKeys = keys.length > 0 ? ` (${keys.join(', ')})` : '';
  const remark = { missing: ', not declared', declared: ', declared', found: '', outside: '' }[state];
  return `${place}${withKeys}${remark}`;
}

function askerText({ manifest, path, within }: Asker): string {
  return `${displayName(manifest)} ${within ?? formatPath(path)}`;
}
