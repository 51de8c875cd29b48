import type { AdmissionRefusal } from '../cluster/admission';
import { displayName, type Manifest } from '../cluster/manifest';
import type { ObservedRunner, PlacedPod, Subject } from '../cluster/observe';
import { objectsNamed } from '../cluster/of-kind';
import { textOf } from '../values/record';
import { ADMITTED_RULES } from './admitted-rules';
import type { FieldOfManifest, Finding } from './finding';

const { finding } = ADMITTED_RULES;

/** What LimitRanges and RuntimeClasses refuse, and ServiceAccounts that are elsewhere. */
export function refusalFindings({ runners, manifests }: Subject): Finding[] {
  const managers = new Set<Manifest>();
  return runners.flatMap((runner) => {
    const { manager } = runner;
    const isNew = manager !== undefined && !managers.has(manager);
    if (manager) managers.add(manager);
    return [...jobFindings(runner, manifests), ...(isNew ? managerFindings(runner, manager, manifests) : [])];
  });
}

/** Where to write what a pod asks for. */
type PlaceOf = (key: 'runtime_class_name' | 'service_account' | 'resources') => FieldOfManifest;

function jobFindings(runner: ObservedRunner, manifests: readonly Manifest[]): Finding[] {
  const { config, index, job, largestJob } = runner;
  if (!job) return [];
  const table = `runners[${index}].kubernetes`;
  const at: PlaceOf = (key) => ({
    manifest: config.manifest,
    path: config.path,
    within: key === 'resources' ? table : `${table}.${key}`,
  });
  const own = podFindings(job, at, 'every job fails', manifests);
  const isRefused = job.admission.refusals.length > 0;
  return [...own, ...(isRefused ? [] : ceilingFindings(largestJob, at))];
}

function managerFindings(
  runner: ObservedRunner,
  manager: Manifest,
  manifests: readonly Manifest[],
): Finding[] {
  if (!runner.managerPlaced) return [];
  const spec = ['spec', 'template', 'spec'];
  const paths = {
    runtime_class_name: [...spec, 'runtimeClassName'],
    service_account: [...spec, 'serviceAccountName'],
    resources: [...spec, 'containers'],
  };
  const at: PlaceOf = (key) => ({ manifest: manager, path: paths[key] });
  return podFindings(runner.managerPlaced, at, 'no manager starts', manifests);
}

function podFindings(
  { pod, spec, admission }: PlacedPod,
  at: PlaceOf,
  result: string,
  manifests: readonly Manifest[],
): Finding[] {
  const { refusals, unknownRuntimeClass } = admission;
  const ranges = refusals.filter(({ by }) => by.kind === 'LimitRange');
  const classes = refusals.filter(({ by }) => by.kind === 'RuntimeClass');
  return [
    ...byObject(ranges).map(([by, reasons]) =>
      finding('limit-range', {
        severity: 'error',
        at: at('resources'),
        found: reasons.join('; '),
        why: `${displayName(by)} refuses the ${pod.title}: ${result}`,
        fix: `set requests and limits that it allows, or change ${displayName(by)}`,
      }),
    ),
    ...byObject(classes).map(([by, reasons]) =>
      finding('runtime-class', {
        severity: 'error',
        at: at('runtime_class_name'),
        found: by.name,
        why: `the API server refuses the ${pod.title}, because it contradicts ${displayName(by)}: ${reasons.join('; ')}; ${result}`,
        fix: 'select the same nodes as the RuntimeClass',
      }),
    ),
    ...(unknownRuntimeClass === undefined
      ? []
      : [
          finding('unknown-runtime-class', {
            severity: 'note',
            notProved: true,
            at: at('runtime_class_name'),
            found: unknownRuntimeClass,
            why: 'no RuntimeClass of this name is among the manifests: that it exists, and where its pods land, is not proved',
            fix: 'check it together with the RuntimeClass',
          }),
        ]),
    ...accountFindings(textOf((spec as { serviceAccountName?: unknown }).serviceAccountName), {
      namespace: pod.namespace,
      at: at('service_account'),
      result,
      manifests,
    }),
  ];
}

/** Jobs that ask for as much as the ceilings allow. */
function ceilingFindings(largest: PlacedPod | undefined, at: PlaceOf): Finding[] {
  if (!largest) return [];
  const ranges = largest.admission.refusals.filter(({ by }) => by.kind === 'LimitRange');
  return byObject(ranges).map(([by, reasons]) =>
    finding('limit-range-ceilings', {
      severity: 'warning',
      at: at('resources'),
      found: reasons.join('; '),
      why: `${displayName(by)} refuses the ${largest.pod.title}: a job that asks for it fails`,
      fix: 'lower the ceilings to what the LimitRange allows, or set a limit',
    }),
  );
}

/** Refusals of each object, so that one of them is one finding. */
function byObject(refusals: readonly AdmissionRefusal[]): [Manifest, string[]][] {
  const found = new Map<Manifest, string[]>();
  for (const { by, reason } of refusals) found.set(by, [...(found.get(by) ?? []), reason]);
  return [...found];
}

/** A ServiceAccount that is there under its name, but where no pod of this namespace finds it; `needs/account` leaves it out. */
function accountFindings(
  account: string | undefined,
  place: { namespace?: string; at: FieldOfManifest; result: string; manifests: readonly Manifest[] },
): Finding[] {
  const { namespace, at, result, manifests } = place;
  if (!account || account === 'default' || namespace === undefined) return [];
  const known = objectsNamed(manifests, 'ServiceAccount', account);
  if (known.length === 0 || known.some((one) => one.namespace === namespace || one.namespace === undefined))
    return [];
  return [
    finding('service-account', {
      severity: 'error',
      at,
      found: account,
      why: `pods of ${namespace} use ServiceAccounts of ${namespace} alone, and this one is in ${known[0].namespace}: the API server refuses them, and ${result}`,
      fix: `make a ServiceAccount ${account} in ${namespace}`,
    }),
  ];
}
