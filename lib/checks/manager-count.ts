import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { isScaled } from '../cluster/workloads';
import { WAITING_ANNOTATION } from '../contract';
import { at, fieldsOf, textsOf } from '../values/record';
import type { Finding } from './finding';

/** What is said of how many managers run, by its rule. */
export type CountFinding = readonly [
  what: 'stopped-manager' | 'manager-on-every-node',
  problem: Omit<Finding, 'id'>,
];

/** Managers that do not run, or as many as there are nodes. */
export function countFindings({ runners, manifests }: Subject): readonly CountFinding[] {
  const managers = new Map<Manifest, ObservedRunner>();
  for (const runner of runners) if (runner.manager) managers.set(runner.manager, runner);
  return [...managers].flatMap(([manager, { name }]) => [
    ...stopped(manager, name, manifests),
    ...onEveryNode(manager, name),
  ]);
}

function stopped(manager: Manifest, runner: string, manifests: readonly Manifest[]): CountFinding[] {
  const { paused, replicas } = fieldsOf(manager.body.spec);
  if (paused === true)
    return [
      [
        'stopped-manager',
        {
          severity: 'warning',
          at: { manifest: manager, path: ['spec', 'paused'] },
          found: 'paused: true',
          why: `no change here reaches the manager of ${runner}, and if it does not run yet, it never starts`,
          fix: 'remove paused',
        },
      ],
    ];
  // A token or a pull secret that is not sealed yet keeps a manager from starting, and is reported for itself.
  const isWaiting = WAITING_ANNOTATION in textsOf(at(manager.body, ['metadata', 'annotations']));
  if (replicas !== 0 || isWaiting || isScaled(manager, manifests)) return [];
  return [
    [
      'stopped-manager',
      {
        severity: 'warning',
        at: { manifest: manager, path: ['spec', 'replicas'] },
        found: 'replicas: 0',
        why: `no manager of ${runner} runs: its jobs wait in GitLab, and what is proved here holds once it is started`,
        fix: 'write replicas: 1, or remove the runner',
      },
    ],
  ];
}

function onEveryNode(manager: Manifest, runner: string): CountFinding[] {
  if (manager.kind !== 'DaemonSet') return [];
  return [
    [
      'manager-on-every-node',
      {
        severity: 'warning',
        notProved: true,
        at: { manifest: manager, path: ['kind'] },
        found: 'a DaemonSet',
        why: `it runs a manager of ${runner} on every node that it selects, and each takes as many jobs as its config says: how many run at once is not known, and one manager is counted here. A manager also goes with its node, and takes its jobs along`,
        fix: 'run it as a Deployment',
      },
    ],
  ];
}
