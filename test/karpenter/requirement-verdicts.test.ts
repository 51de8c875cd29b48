import { instanceTypes } from '../../lib/karpenter/instance-types';
import { matchingTypes } from '../../lib/karpenter/matching-types';
import type { NodeSelectorRequirement, Operator } from '../../lib/karpenter/requirement';
import {
  type Conflict,
  conflicts,
  intersectAll,
  podRequirements,
  poolRequirements,
} from '../../lib/karpenter/requirements';
import { type Taint, type Toleration, untolerated } from '../../lib/karpenter/taints';
import fixture from './fixtures/requirement-verdicts.json';

/** The entries of a table at the positions of a list: `3 17`. */
function pick(table: readonly string[], positions: string): string[] {
  return positions.split(' ').flatMap((position) => (position ? [table[Number(position)]] : []));
}

function requirementsAt(positions: string): NodeSelectorRequirement[] {
  return pick(fixture.requirements, positions).map((text) => {
    const [key, operator, ...values] = text.split(' ');
    return { key, operator: operator as Operator, values };
  });
}

function labelsAt(positions: string): Record<string, string> {
  return Object.fromEntries(pick(fixture.labels, positions).map((text) => text.split('=')));
}

function taintsAt(positions: string): Taint[] {
  return pick(fixture.taints, positions).map((text) => {
    const [, key, value, effect] = /^([^=:]+)(?:=(.*))?:(.+)$/.exec(text) ?? [];
    return { key, value, effect };
  });
}

function tolerationsAt(positions: string): Toleration[] {
  return pick(fixture.tolerations, positions).map((text) => {
    const [key, operator, value, effect] = text.split('|');
    return { key, operator, value, effect };
  });
}

/** A conflict as the fixture writes it. */
function finding({ key, rule, pool, pod }: Conflict): string {
  return rule === 'undefined-label' ? key : `${key}: ${pod} / ${pool}`;
}

/** Karpenter stops at one undefined label, whichever it meets first; only such an answer may name fewer than ours. */
function sameFindings(ours: readonly string[], theirs: readonly string[]): boolean {
  if (theirs.length === 1 && !theirs[0].includes(': ')) return ours.includes(theirs[0]);
  return JSON.stringify([...ours].sort()) === JSON.stringify([...theirs].sort());
}

const verdicts = fixture.verdicts.map((row) => {
  const [requirements, labels, taints, nodeSelector, affinity, tolerations, findings, tolerated] =
    row.split(',');
  return {
    row,
    pool: { requirements: requirementsAt(requirements), labels: labelsAt(labels) },
    pod: { nodeSelector: labelsAt(nodeSelector), requiredNodeAffinity: requirementsAt(affinity) },
    taints: taintsAt(taints),
    tolerations: tolerationsAt(tolerations),
    findings: pick(fixture.findings, findings),
    tolerated: tolerated === 'yes',
  };
});

describe("Karpenter's own verdicts", () => {
  test('are 1,500, of which a good part says no', () => {
    const unfit = verdicts.filter(({ findings }) => findings.length > 0);
    const untolerating = verdicts.filter(({ tolerated }) => !tolerated);
    expect([verdicts.length, unfit.length, untolerating.length]).toEqual([1500, 457, 479]);
  });

  test('on whether a pod fits a pool are ours, with the same keys and requirements as the reason', () => {
    const differences = verdicts.flatMap(({ row, pool, pod, findings }) => {
      const ours = conflicts(poolRequirements(pool), podRequirements(pod)).map(finding);
      return sameFindings(ours, findings) ? [] : [{ row, ours, findings }];
    });
    expect(differences).toEqual([]);
  });

  test('on whether its tolerations cover the taints of the pool are ours', () => {
    const differences = verdicts.filter(
      ({ taints, tolerations, tolerated }) => (untolerated(taints, tolerations).length === 0) !== tolerated,
    );
    expect(differences).toEqual([]);
  });

  test('on which instance types remain are ours, for 150 pools and pods', () => {
    expect(fixture.fits).toHaveLength(150);
    const differences = fixture.fits.flatMap((row) => {
      const [requirements, nodeSelector, count, names] = row.split(',');
      const wanted = intersectAll(
        poolRequirements({ requirements: requirementsAt(requirements) }),
        podRequirements({ nodeSelector: labelsAt(nodeSelector) }),
      );
      const all = matchingTypes(instanceTypes(), wanted).map(({ name }) => name);
      const sorted = [...all].sort();
      const shown = sorted.length > 8 ? [...sorted.slice(0, 4), ...sorted.slice(-4)] : sorted;
      const same = String(all.length) === count && shown.join(' ') === names;
      return same ? [] : [{ row, count: all.length, shown }];
    });
    expect(differences).toEqual([]);
  });
});
