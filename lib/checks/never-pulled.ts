import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner } from '../cluster/observe';
import { at, fieldsOf, listOf } from '../values/record';
import type { Finding } from './finding';

/** Jobs whose images are never pulled, where nodes are made for jobs: nothing is on a new node. */
export function neverPulled({ config, index, table, job }: ObservedRunner): Omit<Finding, 'id'>[] {
  const policies = effectivePolicies(table.kubernetes);
  if (policies.length === 0 || policies.some((policy) => policy !== 'never')) return [];
  const pools = landing(job).map(({ pool }) => pool);
  if (pools.length === 0 && job?.fargate === undefined) return [];
  const place = {
    at: {
      manifest: config.manifest,
      path: config.path,
      within: `runners[${index}].kubernetes.pull_policy`,
    },
    found: 'never',
    fix: 'write "always", or "if-not-present" behind it in the list',
  };
  const open = pools.filter(mayHoldImages);
  if (open.length > 0) {
    const names = open.map(({ name }) => name).join(', ');
    const why = `no image is pulled, and which images nodes of ${names} bring is not known here: that jobs start is not proved`;
    return [{ ...place, severity: 'note', notProved: true, why }];
  }
  const why =
    'nodes are made for jobs and hold no image but those of the system: every job on a new one fails with ErrImageNeverPull';
  return [{ ...place, severity: 'error', why }];
}

function effectivePolicies({
  pull_policy,
  allowed_pull_policies: allowed = [],
}: ObservedRunner['table']['kubernetes']): readonly string[] {
  const policies = [pull_policy ?? []].flat().filter((policy) => policy !== '');
  return policies.filter((policy) => allowed.length === 0 || allowed.includes(policy));
}

/** Whether an image or a disk of nodes may bring images of jobs, or their first script pulls some. */
function mayHoldImages({ nodeClass, isAutoMode }: NodePool): boolean {
  if (isAutoMode) return false;
  const spec = fieldsOf(nodeClass?.manifest.body.spec);
  return (
    nodeClass === undefined ||
    listOf(spec.amiSelectorTerms).some((term) => fieldsOf(term).alias === undefined) ||
    listOf(spec.blockDeviceMappings).some((one) => at(one, ['ebs', 'snapshotID']) !== undefined) ||
    /\bpull\b/.test(String(spec.userData ?? ''))
  );
}
