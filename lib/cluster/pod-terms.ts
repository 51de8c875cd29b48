import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { selects } from './label-selector';
import type { Pod } from './pod';

/** A term of a required affinity or anti-affinity to other pods. */
export interface PodTerm {
  readonly topologyKey: string;
  /** For people: labels and topology key. */
  readonly text: string;
  readonly fields: Fields;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** What a pod spec requires of other pods: whom to land beside, and whom to stay away from. */
export function podTermsOf(spec: unknown): {
  readonly near: readonly PodTerm[];
  readonly far: readonly PodTerm[];
} {
  const of = (kind: 'podAffinity' | 'podAntiAffinity') =>
    listOf(at(fieldsOf(spec)[kind] ?? at(spec, ['affinity', kind]), [REQUIRED])).map(termOf);
  return { near: of('podAffinity'), far: of('podAntiAffinity') };
}

function termOf(term: unknown): PodTerm {
  const fields = fieldsOf(term);
  const topologyKey = textOf(fields.topologyKey) ?? '';
  const { matchLabels, matchExpressions } = fieldsOf(fields.labelSelector);
  const labels = [
    ...Object.entries(textsOf(matchLabels)).map((label) => label.join('=')),
    ...listOf(matchExpressions).map((one) => {
      const { key, operator, values } = fieldsOf(one);
      return [key, operator, listOf(values).join(', ')].map(String).join(' ').trim();
    }),
  ];
  return { topologyKey, fields, text: `pods with ${labels.join(', ') || 'any label'} by ${topologyKey}` };
}

/** Whether a term takes the pod that it stands on. */
export function takesItself({ fields }: PodTerm, { namespace = 'default', labels = {} }: Pod): boolean {
  const { labelSelector, namespaces, namespaceSelector } = fields;
  if (labelSelector === undefined || labelSelector === null) return false;
  const named = listOf(namespaces).map(String);
  const isAny = namespaceSelector !== undefined && Object.keys(fieldsOf(namespaceSelector)).length === 0;
  const isHere =
    named.length === 0 && namespaceSelector === undefined ? true : named.includes(namespace) || isAny;
  return isHere && selects(fieldsOf(labelSelector), labels);
}
