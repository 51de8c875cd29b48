import { displayName } from '../cluster/manifest';
import { objectOf } from '../diff/rule';
import { KARPENTER_FOR_KUBERNETES, KARPENTER_RELEASE } from '../karpenter/releases';
import { isUpToDate, type Outdated, type UpgradePlan, type UpgradeStep } from '../upgrade/plan';
import { visibleJson, visibleTexts } from '../values/visible';
import type { Colors } from './colors';
import { otherGroups, securityParts, summaryOf } from './diff-words';
import { firstNames, type ImpactGroup } from './impact-groups';

const NAMES = { runner: 'GitLab Runner', ami: 'Image of nodes' } as const;

/** What can be moved forward, for people. */
export function printUpgrade(plan: UpgradePlan, colors: Colors): string {
  const { known, uses, steps, outdated, karpenter } = visibleTexts(plan);
  const now = uses.map(({ kind, version, by }) => `${NAMES[kind]} ${version}: ${firstNames(by).join(', ')}`);
  return `${[
    ...now,
    `Releases are those known on ${known.runner} (GitLab Runner) and ${known.ami} (Amazon Linux 2023).`,
    '',
    ...steps.flatMap((step) => [...stepLines(step, colors), '']),
    ...outdatedLines(outdated),
    ...(karpenter === undefined ? [] : [...karpenterLines(karpenter), '']),
    isUpToDate(plan) ? 'Nothing to upgrade.' : 'Nothing was written. Change one thing in each merge request.',
  ].join('\n')}\n`;
}

function stepLines(step: UpgradeStep, colors: Colors): readonly string[] {
  const { kind, from, to, released, first, edits, byHand, brings, refused } = step;
  const day = released === undefined ? '' : `, published on ${released}`;
  return [
    colors.bold(`${NAMES[kind]} ${from.join(', ')} to ${to}${day}`),
    ...(step.isBeyondKnown
      ? ['  This version of gitlab-runner-fleet does not know this release: make sure that it exists.']
      : []),
    ...section('First', first),
    ...section(
      'In main.ts',
      edits.map(
        ({ place, write, now }) =>
          `${place}: ${write}${now === undefined ? ' (new)' : ` instead of '${now}'`}`,
      ),
    ),
    ...section('By hand', byHand),
    ...section(
      'New',
      brings.map(({ since, what }) => `${since.replace(/\.0$/, '')}: ${what}`),
    ),
    ...(refused.length > 0
      ? section(
          'Refused with this release',
          refused.map(({ at, found, why, fix }) => `${at}: ${found}\n      rule: ${why}\n      fix:  ${fix}`),
        )
      : effectLines(step, colors)),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${title}:`, ...lines.map((line) => `    ${line}`)];
}

function effectLines({ clusters }: UpgradeStep, colors: Colors): readonly string[] {
  const lines = clusters.flatMap((diff) => {
    const groups = [...securityParts([diff]).flatMap((part) => part.groups), ...otherGroups(diff)];
    return diff.changes.length === 0
      ? []
      : [summaryOf(diff), ...groups.flatMap((group) => impactLines(group, colors))];
  });
  return lines.length === 0
    ? section('When it is merged', ['no object changes'])
    : section('When it is merged', lines);
}

function impactLines({ weight, id, objects, what }: ImpactGroup, colors: Colors): readonly string[] {
  const name = weight === 'security' || weight === 'disruptive' ? colors.red(weight) : weight;
  return [`  ${name} ${colors.bold(`[${id}]`)} ${firstNames(objects).join(', ')}`, `    ${what}`];
}

function outdatedLines(outdated: readonly Outdated[]): readonly string[] {
  const lines = outdated.map(({ key, write, since, gone, by }) => {
    const end = gone === undefined ? `deprecated since ${since}` : `gone with ${gone}`;
    return `${key} (${firstNames(by).join(', ')}): ${write === undefined ? 'leave it out' : `write ${write}`}; ${end}`;
  });
  return lines.length === 0 ? [] : ['Outdated:', ...lines.map((line) => `  ${line}`), ''];
}

function karpenterLines({ release, field }: NonNullable<UpgradePlan['karpenter']>): readonly string[] {
  const why = field === undefined ? '' : `, for ${field}`;
  const newest = KARPENTER_FOR_KUBERNETES[KARPENTER_FOR_KUBERNETES.length - 1];
  return [
    `Karpenter: ${release} or newer${why}; tested with ${KARPENTER_RELEASE}. Kubernetes ${newest.kubernetes} needs ${newest.karpenter} or newer.`,
    '  Its CRDs (chart karpenter-crd) are upgraded with the controller, before anything is merged that needs them.',
  ];
}

/** The same for programs. The names of fields are stable; new ones may join. */
export function printUpgradeJson(plan: UpgradePlan): string {
  const { known, uses, outdated, karpenter } = plan;
  const steps = plan.steps.map(({ clusters, ...step }) => ({
    ...step,
    clusters: clusters.map(({ cluster, impacts, changes }) => ({
      cluster,
      impacts: impacts.map(({ id, ...impact }) => ({ rule: id, ...impact })),
      changed: changes.map((change) => displayName(objectOf(change))),
    })),
  }));
  const all = {
    upToDate: isUpToDate(plan),
    known,
    uses,
    steps,
    outdated,
    karpenter: karpenter && {
      tested: KARPENTER_RELEASE,
      oldest: karpenter.release,
      field: karpenter.field,
      kubernetes: KARPENTER_FOR_KUBERNETES,
    },
  };
  return `${visibleJson(JSON.stringify(all, undefined, 2))}\n`;
}
