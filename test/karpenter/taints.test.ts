import { formatTaint, type Taint, type Toleration, tolerates, untolerated } from '../../lib/karpenter/taints';

const taint: Taint = { key: 'team', value: 'a', effect: 'NoSchedule' };
const bare: Taint = { key: 'team', effect: 'NoExecute' };

describe('a toleration', () => {
  test.each<[Toleration, boolean, boolean]>([
    [{ key: 'team', operator: 'Equal', value: 'a', effect: 'NoSchedule' }, true, false],
    [{ key: 'team', operator: 'Equal', value: 'a' }, true, false],
    [{ key: 'team', value: 'a' }, true, false],
    [{ key: 'team', operator: '', value: 'a', effect: '' }, true, false],
    [{ key: 'team', operator: 'Equal', value: 'b' }, false, false],
    [{ key: 'team', operator: 'Equal' }, false, true],
    [{ key: 'team', operator: 'Equal', value: '' }, false, true],
    [{ key: 'team', operator: 'Exists' }, true, true],
    [{ key: 'team', operator: 'Exists', effect: 'NoSchedule' }, true, false],
    [{ key: 'team', operator: 'Exists', effect: 'NoExecute' }, false, true],
    [{ key: 'team', operator: 'Exists', effect: 'PreferNoSchedule' }, false, false],
    [{ key: 'other', operator: 'Exists' }, false, false],
    [{ operator: 'Exists' }, true, true],
    [{ key: '', operator: 'Exists' }, true, true],
    [{ operator: 'Exists', effect: 'NoSchedule' }, true, false],
    [{ key: 'team', operator: 'Gt', value: 'a' }, false, false],
  ])('%j covers team=a:NoSchedule: %s, team:NoExecute: %s', (toleration, coversTaint, coversBare) => {
    expect(tolerates(toleration, taint)).toBe(coversTaint);
    expect(tolerates(toleration, bare)).toBe(coversBare);
  });
});

describe('a pod without a toleration', () => {
  test('for some taints is told all of them', () => {
    const prefer: Taint = { key: 'nvidia.com/gpu', effect: 'PreferNoSchedule' };
    expect(untolerated([taint, bare, prefer], [{ key: 'team', value: 'a' }])).toEqual([bare, prefer]);
  });

  test('fits a pool without taints', () => {
    expect(untolerated([], [])).toEqual([]);
  });

  test('gets a toleration for every taint from several entries', () => {
    const tolerations: Toleration[] = [
      { key: 'team', operator: 'Exists', effect: 'NoExecute' },
      { key: 'team', value: 'a', effect: 'NoSchedule' },
    ];
    expect(untolerated([taint, bare], tolerations)).toEqual([]);
  });
});

test('taints are written as kubectl writes them', () => {
  expect([taint, bare].map(formatTaint)).toEqual(['team=a:NoSchedule', 'team:NoExecute']);
});
