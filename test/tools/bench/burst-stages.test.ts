import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStages } from '../../../tools/bench/burst-stages';

const STARTED = Date.parse('2026-11-26T12:00:00Z');

/** The text about a log with these messages, each with the seconds since the burst began. */
function stagesOf(...lines: readonly (readonly [number, string, object?])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'burst-stages-'));
  const log = join(folder, 'karpenter.log');
  const texts = lines.map(([seconds, message, fields]) =>
    JSON.stringify({ time: new Date(STARTED + seconds * 1000).toISOString(), message, ...fields }),
  );
  try {
    writeFileSync(log, ['not JSON', ...texts].join('\n'));
    return describeStages(log, STARTED);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the stages of a burst say when nodes were planned, launched, registered and ready', () => {
  const claim = (name: string) => ({ NodeClaim: { name } });
  const text = stagesOf(
    [12.9, 'found provisionable pod(s)', { duration: '2.3s' }],
    [12.9, 'computed new nodeclaim(s) to fit pod(s)', { nodeclaims: 28, pods: 373 }],
    [14, 'launched nodeclaim', claim('a')],
    [15, 'launched nodeclaim', claim('b')],
    [26, 'found provisionable pod(s)', { duration: '910.2ms' }],
    [26, 'computed new nodeclaim(s) to fit pod(s)', { nodeclaims: 4, pods: 55 }],
    [44, 'registered nodeclaim', claim('a')],
    // Said again of the same node.
    [45.5, 'registered nodeclaim', claim('a')],
  );
  expect(text.split('\n')).toEqual([
    'Karpenter',
    '  planned   12.9 s  373 pods on 28 new nodes, in 2.3 s',
    '  planned   26.0 s  55 pods on 4 new nodes, in 0.9 s',
    '  launched: 2 nodes, from 14.0 to 15.0 s',
    '  registered: 1 nodes, from 44.0 to 45.5 s',
  ]);
});

test('a plan that took minutes is said in seconds', () => {
  const text = stagesOf(
    [90, 'found provisionable pod(s)', { duration: '1m5.4s' }],
    [90, 'computed new nodeclaim(s) to fit pod(s)', { nodeclaims: 1, pods: 2 }],
  );
  expect(text).toContain('in 65.4 s');
});
