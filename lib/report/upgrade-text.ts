import { displayName } from '../cluster/manifest';
import { objectOf } from '../diff/rule';
import { KARPENTER_FOR_KUBERNETES, KARPENTER_RELEASE } from '../karpenter/releases';
import { isUpToDate, type Outdated, type UpgradePlan, type UpgradeStep } from '../upgrade/plan';
import { visibleJson, visibleTexts } from '../values/visible';
import type { Colors } from './colors';
import { otherGroups, securityParts, summaryOf } from './diff-words';
import { firstNames, type ImpactGroup } from './impact-groups';

const NAMES = { runner: 'GitLab Runner', ami: 'Image of nodes' } as const;

/** Days after which a list of releases is likely to lack some: GitLab Runner has a release each month, images have more. */
const OLD_LIST_DAYS = 45;
const MS_PER_DAY = 86_400_000;

/**
 * What can be moved forward, for people.
 *
 * @param today the day of the reader, by which the lists of releases are old or not
 */
export function printUpgrade(plan: UpgradePlan, colors: Colors, today: Date): string {
  const { known, uses, steps, outdated, karpenter } = visibleTexts(plan);
  const now = uses.map(({ kind, version, by }) => `${NAMES[kind]} ${version}: ${firstNames(by).join(', ')}`);
  return `${[
    ...now,
    `Releases are those known on ${known.runner} (GitLab Runner) and ${known.ami} (Amazon Linux 2023).`,
    ...ageLines(known, today),
    '',
    ...steps.flatMap((step) => [...stepLines(step, colors), '']),
    ...outdatedLines(outdated),
    ...(karpenter === undefined ? [] : [...karpenterLines(karpenter, plan.karpenterMetrics), '']),
    isUpToDate(plan)
      ? `Nothing is newer among the releases known on ${known.runner} (GitLab Runner) and ${known.ami} (Amazon Linux 2023).`
      : 'Nothing was written. Change one thing in each merge request.',
  ].join('\n')}\n`;
}

/** Says that a list may lack releases, and where they are. */
function ageLines(known: UpgradePlan['known'], today: Date): readonly string[] {
  const days = Math.max(...Object.values(known).map((day) => daysBetween(day, today)));
  if (!(days > OLD_LIST_DAYS)) return [];
  return [
    `These lists are up to ${days} days old: there may be newer releases. Take a newer version of gitlab-runner-fleet, which knows more, or look at`,
    '  https://gitlab.com/gitlab-org/gitlab-runner/-/releases',
    '  https://github.com/awslabs/amazon-eks-ami/releases (upgrade --ami takes one that is not known here)',
  ];
}

function daysBetween(day: string, today: Date): number {
  return Math.floor((today.getTime() - Date.parse(day)) / MS_PER_DAY);
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

function karpenterLines(
  { release, field }: NonNullable<UpgradePlan['karpenter']>,
  metrics: UpgradePlan['karpenterMetrics'],
): readonly string[] {
  const why = field === undefined ? '' : `, for ${field}`;
  const newest = KARPENTER_FOR_KUBERNETES[KARPENTER_FOR_KUBERNETES.length - 1];
  return [
    `Karpenter: ${release} or newer${why}; tested with ${KARPENTER_RELEASE}. Kubernetes ${newest.kubernetes} needs ${newest.karpenter} or newer.`,
    ...(metrics === undefined
      ? []
      : [
          `  Its metrics, for monitoring of ${firstNames(metrics.by).join(', ')}: ${metrics.release} or newer. With an older one, alerts may stay silent, and parts of the dashboard empty.`,
        ]),
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
      metrics: plan.karpenterMetrics,
      kubernetes: KARPENTER_FOR_KUBERNETES,
    },
  };
  return `${visibleJson(JSON.stringify(all, undefined, 2))}\n`;
}
