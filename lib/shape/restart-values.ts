import type { FieldPath } from '../values/field-path';
import { isSidecar } from '../values/pod-total';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { RefusedValue } from './refused-value';

const DEFAULT_GRACE_SECONDS = 30;

/** What restarts and ends of containers API servers refuse. A pod without a restartPolicy always restarts. */
export function restartFaults(spec: Fields): readonly RefusedValue[] {
  return [
    ...['initContainers', 'containers'].flatMap((list) =>
      listOf(spec[list]).flatMap((one, index) => [
        ...ruleFaults(fieldsOf(one), [list, index]),
        ...sleepFaults(fieldsOf(one), [list, index], spec),
        ...resizeFaults(fieldsOf(one), [list, index], spec),
      ]),
    ),
    ...listOf(spec.initContainers).flatMap((one, index) =>
      isSidecar(one) ? [] : initFaults(fieldsOf(one), ['initContainers', index]),
    ),
  ];
}

function ruleFaults({ restartPolicy, restartPolicyRules }: Fields, path: FieldPath): RefusedValue[] {
  if (listOf(restartPolicyRules).length === 0 || textOf(restartPolicy)) return [];
  return [
    {
      path: [...path, 'restartPolicy'],
      found: 'nothing',
      why: 'rules of restarts are exceptions from a restartPolicy of the container',
      fix: 'add it',
    },
  ];
}

/** A hook may sleep as long as the pod has to end. */
function sleepFaults({ lifecycle }: Fields, path: FieldPath, spec: Fields): RefusedValue[] {
  const { terminationGracePeriodSeconds: said } = spec;
  // The API server takes a negative value for 1.
  const grace = typeof said === 'number' ? (said < 0 ? 1 : said) : DEFAULT_GRACE_SECONDS;
  return ['postStart', 'preStop'].flatMap((hook) => {
    const { seconds } = fieldsOf(fieldsOf(fieldsOf(lifecycle)[hook]).sleep);
    if (typeof seconds !== 'number' || (seconds >= 0 && seconds <= grace)) return [];
    return [
      {
        path: [...path, 'lifecycle', hook, 'sleep', 'seconds'],
        found: String(seconds),
        why: `a hook sleeps from 0 to terminationGracePeriodSeconds, which is ${grace}`,
        fix: 'write fewer seconds, or raise terminationGracePeriodSeconds',
      },
    ];
  });
}

/** What runs once and to its end has no hooks and is not probed. */
function initFaults(container: Fields, path: FieldPath): RefusedValue[] {
  return ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']
    .filter((key) => (container[key] ?? undefined) !== undefined)
    .map((key) => ({
      path: [...path, key],
      found: 'set',
      why: 'an init container that runs to its end has none; a sidecar, with restartPolicy: Always, may',
      fix: 'remove it, or add restartPolicy: Always if it runs alongside the job',
    }));
}

function resizeFaults({ resizePolicy, ...container }: Fields, path: FieldPath, spec: Fields): RefusedValue[] {
  const isEnding = spec.restartPolicy === 'Never' || path[0] === 'initContainers';
  if (!isEnding || (path[0] === 'initContainers' && isSidecar(container))) return [];
  return listOf(resizePolicy).flatMap((one, index) =>
    fieldsOf(one).restartPolicy === 'RestartContainer'
      ? [
          {
            path: [...path, 'resizePolicy', index, 'restartPolicy'],
            found: 'RestartContainer',
            why: 'a container that never restarts is resized as it runs',
            fix: 'write NotRequired',
          },
        ]
      : [],
  );
}
