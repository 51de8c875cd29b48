import type { SourceFile } from '../../lib/cluster/manifest';
import { edited, FLEET, without } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const CONFIG = 'amd64-spot/configmap.yaml';
const ROLE = 'amd64-spot/role.yaml';
const SYSTEM_ID = 'r_c816cd17ca4a';

const RULES = 'rules:\n';
/** Rules that begin with the right to keep pause pods. */
const DEPLOYMENTS = `${RULES}  - apiGroups: [apps]\n    resources: [deployments]\n    verbs: [create, delete, get, list, update]\n`;

const POLICY = `
    [runners.kubernetes.autoscaler]
    pause_pod_priority_class_name = "low"
      [[runners.kubernetes.autoscaler.policy]]
      periods = ["* 8-17 * * mon-fri"]
      timezone = "UTC"
      idle_count = 5
immutable: true`;

/** The base, in which a runner may hold room, and does. */
export const HOLDS_ROOM: readonly SourceFile[] = edited(
  FLEET,
  [ROLE, RULES, DEPLOYMENTS],
  [CONFIG, 'immutable: true', POLICY],
);

const mayHoldRoom = edited(FLEET, [ROLE, RULES, DEPLOYMENTS]);
const COMMAND = `kubectl --namespace gitlab-jobs delete deployments.apps --selector runner.gitlab.com/pause-pod=true,manager.runner.gitlab.com/system-id=${SYSTEM_ID}`;

const says = (text: string) => new RegExp(text.replace('COMMAND', COMMAND.replace(/[.]/g, '\\.')));

// biome-ignore format: a table of cases
export const PAUSE_POD_CASES: readonly ImpactCase[] = [
  { rule: 'rights-removed', name: 'rights to pause pods, which no job needs', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [ROLE, DEPLOYMENTS, RULES]), says: ['notice', /may no longer create deployments, .*jobs need none of it/] },

  { rule: 'pause-pods-stay', name: 'room that is no longer held', before: HOLDS_ROOM, after: mayHoldRoom, says: ['info', says('^Its 5 pause pods stay until it has drained\\. If it is killed before, they stay until someone runs: COMMAND$')] },
  { rule: 'pause-pods-stay', name: 'room that is no longer held, and rights that go with it', before: HOLDS_ROOM, after: FLEET, says: ['notice', says('^Its 5 pause pods stay indefinitely and hold their nodes, about \\d+ USD a month while they stand, until someone runs: COMMAND$')] },
  { rule: 'pause-pods-stay', name: 'a runner that goes, whose Role is kept', before: HOLDS_ROOM, after: without(HOLDS_ROOM, '/runners/amd64-spot/'), says: ['info', /stay until it has drained/] },
  { rule: 'pause-pods-stay', name: 'a successor with another system id', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, SYSTEM_ID, 'r_aaaaaaaaaaaa']), says: ['info', /until it has drained, besides those of its successor\./] },
  { rule: 'pause-pods-stay', name: 'a manager whose system id is not in git', before: edited(HOLDS_ROOM, [CONFIG, `  .runner_system_id: ${SYSTEM_ID}\n`, '']), after: mayHoldRoom, says: ['info', /get deployments\.apps --selector runner\.gitlab\.com\/pause-pod=true --show-labels/] },
  { rule: 'pause-pods-stay', name: 'a successor that takes them over', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, 'idle_count = 5', 'idle_count = 3']) },
  { rule: 'pause-pods-stay', name: 'a manager that could not make any', before: edited(HOLDS_ROOM, [ROLE, DEPLOYMENTS, RULES]), after: FLEET },

  { rule: 'held-room', name: 'room that nobody held', before: mayHoldRoom, after: HOLDS_ROOM, says: ['notice', /^5 pause pods of acme-amd64-spot hold room, for USD \d+ a month on demand\.$/] },
  { rule: 'held-room', name: 'more room', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, 'idle_count = 5', 'idle_count = 5000']), says: ['notice', /^5000 pause pods .* USD \d{5,} a month on demand, before 5 and USD \d+\.$/] },
  { rule: 'held-room', name: 'room around the clock', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, '* 8-17 * * mon-fri', '* * * * *']), says: ['notice', /^5 pause pods/] },
  { rule: 'held-room', name: 'a second policy of more', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, 'idle_count = 5', 'idle_count = 5\n        [[runners.kubernetes.autoscaler.policy]]\n        periods = ["* * * * *"]\n        idle_count = 500']), says: ['notice', /^Up to 500 pause pods .* a month on demand, before 5/] },
  { rule: 'held-room', name: 'pods by the jobs that run', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, 'idle_count = 5', 'idle_count = 5\n        scale_factor = 25.0']), says: ['notice', /^Up to \d{3} pause pods/] },
  { rule: 'held-room', name: 'a schedule that is not read', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, '* 8-17 * * mon-fri', '@hourly']), says: ['notice', /^Up to 5 pause pods/] },
  { rule: 'held-room', name: 'pods that stay for a year', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, 'idle_count = 5', 'idle_count = 5\n        idle_time = "8760h"']), says: ['notice', /stay for 8760 hours/] },
  { rule: 'held-room', name: 'less room', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, 'idle_count = 5', 'idle_count = 1']) },
  { rule: 'held-room', name: 'another priority', before: HOLDS_ROOM, after: edited(HOLDS_ROOM, [CONFIG, 'priority_class_name = "low"', 'priority_class_name = "lower"']) },
];
