/**
 * What API servers ask of PersistentVolumeClaims beyond the types of their fields.
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaimSpec
 */
import { isDnsSubdomain } from '../values/label';
import { parseQuantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { isOpen, nameFault, type RefusedValue, SUBDOMAIN } from './refused-value';

const STORAGE = ['spec', 'resources', 'requests', 'storage'];

/** Values of a claim that API servers refuse; the way to each starts at the top. */
export function claimFaults(body: Fields): RefusedValue[] {
  const { accessModes, storageClassName } = fieldsOf(body.spec);
  return [
    ...accessFaults(accessModes),
    ...sizeFaults(textOf(at(body, STORAGE))),
    ...nameFault([['spec', 'storageClassName'], storageClassName], isDnsSubdomain, SUBDOMAIN),
  ];
}

function accessFaults(accessModes: unknown): RefusedValue[] {
  const path = ['spec', 'accessModes'];
  const modes = listOf(accessModes).map(String);
  if (modes.length === 0 && typeof accessModes !== 'string')
    return [
      { path, found: 'nothing', why: 'a claim needs at least one access mode', fix: 'write [ReadWriteOnce]' },
    ];
  if (modes.length === 1 || !modes.includes('ReadWriteOncePod')) return [];
  const why = 'ReadWriteOncePod, for one pod, excludes other modes';
  return [{ path, found: modes.join(', '), why, fix: 'write one of them' }];
}

function sizeFaults(size: string | undefined): RefusedValue[] {
  if (size === undefined)
    return [
      {
        path: STORAGE,
        found: 'nothing',
        why: 'a claim must request storage',
        fix: 'write one, for example 10Gi',
      },
    ];
  const amount = isOpen(size) ? undefined : parseQuantity(size);
  if (amount === undefined || amount > 0n) return [];
  return [
    { path: STORAGE, found: size, why: 'the size of a claim must be above 0', fix: 'write a larger one' },
  ];
}
