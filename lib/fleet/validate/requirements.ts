import { CRD_RULES } from '../../karpenter/crd-rules/all';
import { refusedValues } from '../../karpenter/crd-rules/rule';
import {
  formatRequirement,
  intersect,
  isEmpty,
  type Requirement,
  requirement,
} from '../../karpenter/requirement';
import { fieldFaults } from '../../shape/kinds';
import { type FieldPath, formatPath } from '../../values/field-path';
import { at } from '../../values/record';
import type { Faults } from '../fault';
import type { NormalNodePool } from '../normal-fleet';
import { derivedRequirements } from '../pool-requirements';
import type { NodeRequirement } from '../props/node-pool';

const REQUIREMENTS: FieldPath = ['spec', 'template', 'spec', 'requirements'];

/** Reports requirements that Karpenter refuses, and those that leave nothing of what an option, or another one, says. */
export function checkRequirements(faults: Faults, pool: NormalNodePool): void {
  const { requirements } = pool.said;
  if (requirements === undefined) return;
  const refused = checkByDefinition(faults, requirements);
  const known: Known[] = derivedRequirements(pool).map(({ option, key, operator, values }) => ({
    of: requirement(key, operator, values),
    fix: option.startsWith('nothing') ? 'leave it out' : `change ${option}, or this requirement`,
  }));
  for (const [index, one] of requirements.entries()) {
    if (refused.has(index)) continue;
    const own = requirement(one.key, one.operator, one.values);
    const against = known.filter(({ of }) => of.key === own.key).find(({ of }) => contradicts(of, own));
    if (against) {
      const rule = `no node meets it and ${own.key} ${formatRequirement(against.of)}`;
      faults.add(`requirements[${index}]`, text(own), rule, against.fix);
    }
    known.push({ of: own, fix: 'leave one of the two out' });
  }
}

interface Known {
  readonly of: Requirement;
  readonly fix: string;
}

function contradicts(one: Requirement, other: Requirement): boolean {
  return isEmpty(intersect(one, other)) && !(isEmpty(one) && isEmpty(other));
}

function text(of: Requirement): string {
  return `${of.key} ${formatRequirement(of)}`;
}

/** What the definition of the kind refuses; the indexes of those. */
function checkByDefinition(faults: Faults, requirements: readonly NodeRequirement[]): ReadonlySet<number> {
  const body = { spec: { template: { spec: { requirements } } } };
  const refused = new Set<number>();
  const add = (path: FieldPath, found: unknown, why: string, fix: string) => {
    const index = path[REQUIREMENTS.length];
    if (!REQUIREMENTS.every((step, depth) => path[depth] === step) || typeof index !== 'number') return;
    refused.add(index);
    faults.add(formatPath(path.slice(REQUIREMENTS.length - 1)), found, why, fix);
  };
  for (const { at: path, found, why, fix } of fieldFaults(body, 'NodePool', false))
    add(path, at(body, path) ?? found, why, fix);
  for (const { rule, path, value } of refusedValues(body, CRD_RULES['karpenter.sh/v1/NodePool']))
    add(path, value, rule.message, rule.fix);
  for (const [index, { operator, values = [] }] of requirements.entries()) {
    const place = [...REQUIREMENTS, index, 'values'];
    if (operator === 'NotIn' && values.length === 0)
      add(place, values, 'it leaves nothing out', 'list a value, or leave the requirement out');
    if (['Exists', 'DoesNotExist'].includes(operator) && values.length > 0)
      add(place, values, `${operator} compares with no value`, 'leave values out');
  }
  return refused;
}
