import { isIn } from '../cluster/admission';
import { guardedPlaces, isOurs, namespaceOf } from '../cluster/guarded-places';
import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { at } from '../values/record';
import type { Finding } from './finding';
import { GUARDED_RULES } from './guarded-rules';

const { finding } = GUARDED_RULES;

/** What bounds the pods of a namespace of jobs: each of them, and all together. */
const BOUNDS = ['LimitRange', 'ResourceQuota'] as const;

/** Namespaces of jobs that nothing bounds, where something bounds others of the fleet. */
export function roomFindings(subject: Subject): Finding[] {
  const { manifests } = subject;
  const places = guardedPlaces(subject).filter(
    ({ role, runners }) => role === 'jobs' && runners.some(isOurs),
  );
  const namespaces = [...new Set(places.map(({ namespace }) => namespace))];
  const lacks = (kind: string, namespace: string) =>
    !ofKind(manifests, kind).some((one) => isIn(one, namespace));
  const isUsual = BOUNDS.flatMap((kind) => ofKind(manifests, kind)).some(
    (one) => isRendered(one) && namespaces.some((namespace) => isIn(one, namespace)),
  );
  if (!isUsual) return [];
  return namespaces.flatMap((name) => {
    const manifest = namespaceOf(manifests, name);
    const missing = BOUNDS.filter((kind) => lacks(kind, name));
    if (!manifest || missing.length === 0) return [];
    return [
      finding('no-room-limit', {
        severity: 'note',
        at: { manifest, path: ['metadata', 'name'] },
        found: `no ${missing.join(' and no ')} in ${name}`,
        why: 'jobs there may take more than their pools were sized for, and so the room of others; elsewhere in this fleet one bounds them',
        fix: 'render it again, or say limitRange: false and resourceQuota: false for all of the fleet',
      }),
    ];
  });
}

/** Whether it came with a fleet; a quota that an owner wrote needs no other one. */
function isRendered({ body }: Manifest): boolean {
  return at(body, ['metadata', 'labels', 'app.kubernetes.io/name']) === 'gitlab-runner';
}
