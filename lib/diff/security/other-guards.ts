import type { Manifest } from '../../cluster/manifest';
import type { Subject } from '../../cluster/observe';
import { SILENCE_ANNOTATION } from '../../contract';
import { at, textOf, textsOf } from '../../values/record';
import { type ChangedObject, changed, type Impact, impact, objectOf, type Rule, type Weight } from '../rule';
import { managersSelectedBy } from './exposed-managers';

/** Objects that guard a cluster in ways that are not read here. */
export const otherGuards: Rule = {
  id: 'other-guards',
  title: 'Policies that are not read here may guard less once they change or go.',
  run: ({ changes, after }) =>
    changes.flatMap((change) => [...policyImpacts(change), ...exposures(change, after)]),
};

/** Groups of APIs, and kinds, of what admits pods and filters traffic. */
const POLICIES =
  /^(cilium\.io|crd\.projectcalico\.org|projectcalico\.org|policy\.networking\.k8s\.io|networking\.k8s\.aws|vpcresources\.k8s\.aws|kyverno\.io|policies\.kyverno\.io|constraints\.gatekeeper\.sh|templates\.gatekeeper\.sh|admissionregistration\.k8s\.io)\//;

/** Whether an object admits pods or filters traffic in a way that is not read here. */
export function isPolicy({ apiVersion }: Pick<Manifest, 'apiVersion'>): boolean {
  return POLICIES.test(apiVersion);
}

/** Of them, those that are a danger when they come, not when they go. */
const EXCEPTIONS = /Exception|^Mutating/;

function policyImpacts(change: ChangedObject): Impact[] {
  const { before, after } = change;
  const { apiVersion, kind } = objectOf(change);
  if (!isPolicy({ apiVersion })) return [];
  const isException = EXCEPTIONS.test(kind);
  // A policy that comes adds to what holds; labels and annotations say nothing of what it does.
  if (isException ? !after : !before) return [];
  const isOther = ['spec', 'webhooks', 'validations', 'matchResources'].some((path) => changed(change, path));
  if (before && after && !isOther) return [];
  const is = before ? (after ? 'changes' : 'goes') : 'comes';
  const what = `What it holds is not read here, and it ${is}: read its fields.`;
  return [impact('other-guards', 'security', change, what, `A ${kind} decides what pods may do or reach.`)];
}

/** Addresses by which others reach pods, and ciphertexts that are good in other namespaces. */
function exposures(change: ChangedObject, subject: Subject): Impact[] {
  const { before, after } = change;
  if (!after) return [];
  // One that leads to managers: exposed-managers.
  if (after.kind === 'Service' && managersSelectedBy(after, subject).length > 0) return [];
  const [old, now] = [before, after].map((one) => exposureOf(one?.kind, one?.body));
  if (now === undefined || old === now) return [];
  return [
    impact(
      'other-guards',
      'security',
      change,
      `${now}.`,
      before ? 'It was for its own namespace alone.' : 'It is new.',
    ),
  ];
}

function exposureOf(kind: string | undefined, body: unknown): string | undefined {
  const type = textOf(at(body, ['spec', 'type'])) ?? '';
  if (kind === 'Service' && ['LoadBalancer', 'NodePort'].includes(type))
    return `Its pods are reached from outside of the cluster (${type})`;
  const annotations = textsOf(at(body, ['metadata', 'annotations']));
  const isWide = ['cluster-wide', 'namespace-wide'].find(
    (scope) => annotations[`sealedsecrets.bitnami.com/${scope}`] === 'true',
  );
  if (kind === 'SealedSecret' && isWide !== undefined)
    return isWide === 'cluster-wide'
      ? 'Its ciphertext is opened in every namespace, by whoever copies it'
      : 'Its ciphertext is opened under every name of its namespace';
  return undefined;
}

/** Rules of the proof that no longer speak about an object. */
export const ruleSilenced: Rule = {
  id: 'rule-silenced',
  title: 'An annotation that silences a rule of the proof hides what the rule finds, now and later.',
  run: ({ changes }) =>
    changes.flatMap((change) => {
      const { before, after } = change;
      const [old, now] = [before, after].map((one) => textsOf(at(one?.body, ['metadata', 'annotations'])));
      const added = Object.keys(now).filter(
        (key) => key.startsWith(SILENCE_ANNOTATION) && now[key] !== '' && !old[key],
      );
      return added.map((key) => {
        const rule = key.slice(SILENCE_ANNOTATION.length);
        const what = `The proof says nothing of ${rule} here any more.`;
        return impact(
          'rule-silenced',
          weightOfSilence(rule),
          change,
          what,
          `The reason that is given: ${now[key]}`,
        );
      });
    }),
};

/** Groups of rules about whether jobs run to their end, not about what they may do; the last two are former names. */
const OF_JOBS =
  /^(?:rendered|lands|fits|fargate|limits-suffice|in-time|architecture|probes|pools-usable|needs|enough|live)(?:\.|$)|^auto-mode\.(?!network-policies$)/;

/** Of these groups, rules about cost and choice alone: no job fails or is cut by what they find. */
const OF_COST = new Set([
  'fits.few-spot-types',
  'fits.pause-pods',
  'limits-suffice.ceilings',
  'limits-suffice.with-services',
  'limits-suffice.whole-nodes',
  'architecture.helper-latest',
  'pools-usable.dead-value',
  'pools-usable.windows-price',
  'pools-usable.auto-mode',
  'pools-usable.latest-image',
  'pools-usable.unused-reservation',
  'pools-usable.unreached',
  'auto-mode.custom-tags',
  'auto-mode.no-category',
  'auto-mode.no-limits',
  'auto-mode.os-label',
]);

/** What it weighs that a rule is silenced. @param rule as annotations name it */
export function weightOfSilence(rule: string): Weight {
  if (!OF_JOBS.test(rule)) return 'security';
  return OF_COST.has(rule) ? 'notice' : 'disruptive';
}
