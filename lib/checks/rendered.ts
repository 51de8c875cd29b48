import { parentOf } from '../cluster/file-names';
import { unreadSourcesOf } from '../cluster/kustomize-sources';
import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { objectsNamed } from '../cluster/of-kind';
import { podReferences } from '../cluster/pod-references';
import { isRenderedObject } from '../cluster/rendered-object';
import { unreadRunnersOf } from '../cluster/unread-runners';
import { unrenderedOf } from '../cluster/unrendered';
import { podSpecOf } from '../cluster/workloads';
import type { FieldPath } from '../values/field-path';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'rendered',
  'Every runner here is rendered, and its config can be read.',
  {
    chart: 'a chart with runners is not rendered',
    kustomization: 'a kustomization changes objects, and is not rendered',
    'kustomization-source': 'a kustomization uses sources that are not read',
    'unread-runner': 'a runner whose config is not among the manifests',
    'lost-config': 'a manager mounts a ConfigMap that is not rendered with it',
  },
);

/** What stands for runners is rendered and can be read; what is not, is not proved. */
export const rendered: Check = {
  ...group,
  run: (subject) => [...unrenderedFindings(subject), ...sourceFindings(subject), ...unreadFindings(subject)],
};

function notProved(
  what: 'chart' | 'kustomization' | 'kustomization-source' | 'unread-runner',
  manifest: Manifest,
  problem: Pick<Finding, 'found' | 'why' | 'fix'> & { readonly path?: FieldPath },
): Finding {
  const { path = ['kind'], ...rest } = problem;
  return finding(what, { severity: 'note', notProved: true, at: { manifest, path }, ...rest });
}

function unrenderedFindings({ manifests, others }: Subject): Finding[] {
  const unrendered = unrenderedOf(manifests, others);
  const folders = unrendered
    .filter(({ what }) => what === 'a kustomization')
    .map(({ manifest: { file } }) => parentOf(file) || '.');
  return unrendered.map(({ manifest, what, command }) =>
    what === 'a kustomization'
      ? notProved('kustomization', manifest, {
          found: 'a kustomization that changes objects',
          why: 'objects are judged as they stand in their files, without what it changes',
          // One fix for all of them, so that a report shows one finding.
          fix: `render and check that: ${renderEach(folders)} | npx runner-fleet check -`,
        })
      : notProved('chart', manifest, {
          found: `${what} that is not rendered`,
          why: 'nothing that it makes is here: its runners are not proved',
          fix: `render and check that: ${command}`,
        }),
  );
}

/** Most of what a finding names; the others are counted. */
const MOST_NAMED = 3;

function isChart(source: string): boolean {
  return source.startsWith('chart ');
}

/** One finding for all that kustomizations take from elsewhere. */
function sourceFindings({ manifests, others }: Subject): Finding[] {
  const rendered = new Set(
    unrenderedOf(manifests, others)
      .filter(({ what }) => what === 'a kustomization with a chart')
      .map(({ manifest }) => manifest),
  );
  // A chart of a runner in a kustomization has a finding, with the same command.
  const unread = unreadSourcesOf(manifests, others)
    .map(({ manifest, sources }) => ({
      manifest,
      sources: rendered.has(manifest) ? sources.filter((source) => !isChart(source)) : sources,
    }))
    .filter(({ sources }) => sources.length > 0);
  const [first] = unread;
  if (first === undefined) return [];
  const sources = [...new Set(unread.flatMap((one) => one.sources))];
  const more = sources.length > MOST_NAMED ? [`and ${sources.length - MOST_NAMED} more`] : [];
  const folders = unread.map(({ manifest: { file } }) => parentOf(file) || '.');
  const hasCharts = sources.some(isChart);
  return [
    notProved('kustomization-source', first.manifest, {
      found: [...sources.slice(0, MOST_NAMED), ...more].join(', '),
      why: 'a kustomization takes this from elsewhere, and nothing of it is read: what it brings or changes is not proved',
      fix: `render and check that: ${renderEach(folders, hasCharts ? ' --enable-helm' : '')} | npx runner-fleet check -`,
    }),
  ];
}

/** The command that renders a folder; of several, one that renders each in its turn. */
function renderEach(folders: readonly string[], options = ''): string {
  if (folders.length === 1) return `kubectl kustomize${options} ${folders[0]}`;
  return `for folder in ${folders.join(' ')}; do echo ---; kubectl kustomize${options} $folder; done`;
}

function unreadFindings({ manifests, runners, configs }: Subject): Finding[] {
  return unreadRunnersOf(manifests, runners, configs).map(({ manifest, found, why, path }) => {
    const missing = missingConfig(manifest, manifests);
    if (missing !== undefined) return lostConfig(manifest, missing);
    return notProved('unread-runner', manifest, {
      path,
      found,
      why: `${why}: its jobs are not proved`,
      fix: 'check its config.toml too: put it into a ConfigMap that the pod mounts, or render the chart that makes it',
    });
  });
}

/** The ConfigMap that a manager of this project mounts and that is missing: both are rendered together. */
function missingConfig(manager: Manifest, manifests: readonly Manifest[]): string | undefined {
  if (!isRenderedObject(manager)) return undefined;
  return podReferences(podSpecOf(manager))
    .filter(({ kind }) => kind === 'ConfigMap')
    .map(({ name }) => name)
    .find((name) =>
      objectsNamed(manifests, 'ConfigMap', name).every(({ namespace }) => namespace !== manager.namespace),
    );
}

function lostConfig(manifest: Manifest, name: string): Finding {
  return finding('lost-config', {
    severity: 'error',
    at: { manifest, path: ['spec', 'template', 'spec', 'volumes'] },
    found: name,
    why: 'no ConfigMap of this name is among the manifests: the pod of the manager never starts, and its jobs are not proved',
    fix: 'render the fleet again: npx cdk8s synth',
  });
}
