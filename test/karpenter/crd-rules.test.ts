import { CRD_RULES, LISTED_RULES, TRANSITION_RULES } from '../../lib/karpenter/crd-rules/all';
import { refusedTransitions, refusedValues } from '../../lib/karpenter/crd-rules/rule';
import { fieldFaults } from '../../lib/shape/kinds';
import { merge } from '../../lib/values/merge';
import {
  AUTO_ALLOWED,
  AUTO_BEYOND,
  AUTO_NODE_CLASS,
  AUTO_REFUSED,
  AUTO_TRANSITIONS,
  AUTO_WITHIN,
} from './auto-node-class-cases';
import { BEYOND, WITHIN } from './crd-bound-cases';
import { ALLOWED, type CrdCase, NODE_CLASS, NODE_POOL, REFUSED, TRANSITIONS } from './crd-rule-cases';

const KINDS = { NodePool: NODE_POOL, EC2NodeClass: NODE_CLASS, NodeClass: AUTO_NODE_CLASS };

/** An object that its API server takes, with a change of its spec; null removes a field. */
function changed({ kind, spec }: Pick<CrdCase, 'kind' | 'spec'>) {
  return merge(KINDS[kind], { spec }, { nulls: 'remove', lists: 'replace' });
}

function messages(kind: CrdCase['kind'], body: unknown): readonly string[] {
  return refusedValues(body, CRD_RULES[`${KINDS[kind].apiVersion}/${kind}`]).map(({ rule }) => rule.message);
}

test.each(Object.entries(LISTED_RULES.kinds))(
  'every rule of the definition of %s is here, and no other',
  (kind, listed) => {
    const known = [...CRD_RULES[kind], ...(TRANSITION_RULES[kind] ?? [])]
      // The server's answer to a field that a definition lacks is no rule of it.
      .filter(({ message }) => !message.startsWith('unknown field'))
      .map(({ at, message }) => `${at}: ${message}`);
    expect([...known].sort()).toEqual(listed.map(({ at, message }) => `${at}: ${message}`).sort());
  },
);

test('a transition is listed as one', () => {
  const listed = Object.values(LISTED_RULES.kinds)
    .flat()
    .filter(({ transition }) => transition);
  expect(listed.map(({ message }) => message).sort()).toEqual(
    Object.values(TRANSITION_RULES)
      .flat()
      .map(({ message }) => message)
      .sort(),
  );
});

test.each(Object.entries(KINDS))('a usual %s breaks none', (kind, body) => {
  expect(messages(kind as CrdCase['kind'], body)).toEqual([]);
});

const faults = (one: CrdCase) => fieldFaults(changed(one), one.kind, false).map(({ id }) => id);

test.each([...BEYOND, ...AUTO_BEYOND])('$kind beyond $bound is refused', (one) => {
  expect(faults(one)).toEqual([expect.stringMatching(/^(wrong-value|missing-field)$/)]);
});

test.each([...WITHIN, ...AUTO_WITHIN])('$kind at $bound is taken', (one) => {
  expect([...faults(one), ...messages(one.kind, changed(one))]).toEqual([]);
});

test.each([...REFUSED, ...AUTO_REFUSED])('$kind with $spec is refused: $message', (one) => {
  expect(messages(one.kind, changed(one))).toContain(one.message);
});

test.each([...ALLOWED, ...AUTO_ALLOWED])('$kind with $spec is taken', (one) => {
  expect(messages(one.kind, changed(one))).toEqual([]);
});

test('every rule refuses something in these cases', () => {
  const refused = new Set(
    [...REFUSED, ...AUTO_REFUSED, ...TRANSITIONS, ...AUTO_TRANSITIONS].map(({ message }) => message),
  );
  const all = Object.values(LISTED_RULES.kinds)
    .flat()
    .map(({ message }) => message);
  expect(all.filter((message) => message !== undefined && !refused.has(message))).toEqual([]);
});

test.each([
  ...TRANSITIONS.map((one) => ({ ...one, kind: 'NodePool' as const })),
  ...AUTO_TRANSITIONS.map((one) => ({ ...one, kind: 'NodeClass' as const })),
])('a $kind with $spec after $before is refused: $message', ({ kind, before, spec, message }) => {
  const [old, now] = [before, spec].map((one) => changed({ kind, spec: one }));
  const rules = TRANSITION_RULES[`${KINDS[kind].apiVersion}/${kind}`];
  expect(refusedTransitions(old, now, rules).map((rule) => rule.message)).toEqual([message]);
  expect(refusedTransitions(now, now, rules)).toEqual([]);
});
