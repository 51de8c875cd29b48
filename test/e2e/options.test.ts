import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { manifestsOf } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { wholeExecutorPod } from '../../tools/engines/executor-pod';
import type { KubeObject } from '../../tools/engines/kube-client';
import { FLEETS, tokensOf } from '../fleet/every-option';
import { manifests, resolveOne, sealedTokens } from '../fleets';
import { refusalOf, refusedWith } from './judged-by-server';
import { api } from './running-cluster';

/**
 * Fleets in which every option says something (test/fleet/every-option.test.ts holds that none is missing), as the API
 * server judges them: it refuses unknown fields, and what its code or a CRD's rules object to. What decides on pods is made
 * for real, all else is asked for without being made.
 */

/** Kinds that admission of pods goes by. */
const MADE = ['Namespace', 'LimitRange', 'ResourceQuota', 'ServiceAccount', 'PriorityClass'];
/** Kinds that no engine here serves. */
const OF_OTHERS = ['ClusterConfig', 'ExternalSecret'];

/** Under a prefix that no other test uses. */
function apart(fleet: RunnerFleetProps, index: number): RunnerFleetProps {
  return { ...fleet, prefix: fleet.prefix ?? `option-${index}` };
}

function objectsOf(fleet: RunnerFleetProps, own: RunnerFleetProps): readonly KubeObject[] {
  const sealed = tokensOf(fleet).size > 0 ? sealedTokens(own) : new Map();
  return manifests(own, sealed).filter(({ kind }) => !OF_OTHERS.includes(kind));
}

/** Makes what someone else owns, if it is not there. */
async function provide(collection: string, object: KubeObject): Promise<void> {
  const refused = await refusedWith(api.create(collection, object));
  if (refused !== undefined && !refused.includes('already exists')) throw new Error(refused);
}

/** Namespaces, classes and accounts that pods name, and that a description leaves to others. */
async function provideFor(pods: readonly KubeObject[]): Promise<void> {
  for (const { metadata, spec } of pods) {
    const { namespace } = metadata;
    await provide('/api/v1/namespaces', { metadata: { name: namespace } });
    if (spec.priorityClassName)
      await provide('/apis/scheduling.k8s.io/v1/priorityclasses', {
        metadata: { name: spec.priorityClassName },
        value: 1,
      });
    if (spec.runtimeClassName)
      await provide('/apis/node.k8s.io/v1/runtimeclasses', {
        metadata: { name: spec.runtimeClassName },
        handler: 'other',
      });
    if (spec.serviceAccountName)
      await provide(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
        metadata: { name: spec.serviceAccountName },
      });
  }
}

/** A pod that a controller or the executor makes, as the server answers it. */
function podRefusal(pod: KubeObject): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods?fieldValidation=Strict&dryRun=All`;
  return refusedWith(api.create(path, pod));
}

function managerPod({ metadata, spec }: KubeObject): KubeObject {
  const { template } = spec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: metadata.name, namespace: metadata.namespace },
    spec: template.spec,
  };
}

const CASES = Object.entries(FLEETS).map(([name, fleet], index) => {
  const own = apart(fleet, index);
  return { name, own, objects: objectsOf(fleet, own) };
});

describe.each(CASES)('$name', ({ own, objects }) => {
  beforeAll(async () => {
    const namespaces = new Set(objects.map(({ metadata }) => metadata.namespace));
    for (const name of namespaces) if (name) await provide('/api/v1/namespaces', { metadata: { name } });
  });

  test('the API server takes every object, with strict validation of fields, and so does the proof', async () => {
    const isMade = ({ kind }: KubeObject) => MADE.includes(kind);
    const ordered = [...objects.filter(isMade), ...objects.filter((one) => !isMade(one))];
    const refused: (string | undefined)[] = [];
    for (const object of ordered) refused.push(await refusalOf(object, isMade(object)));
    expect(refused.filter((one) => one !== undefined)).toEqual([]);
    const { findings } = runChecks(observe(manifestsOf(objects).manifests));
    expect(findings.filter(({ id }) => id.startsWith('schema/'))).toEqual([]);
  });

  test('the API server admits the pods of managers and jobs', async () => {
    const managers = objects.filter(({ kind }) => kind === 'Deployment').map(managerPod);
    const jobs = resolveOne(own).runners.map((runner) => wholeExecutorPod(runner, `job-of-${runner.name}`));
    const pods = [...managers, ...jobs];
    await provideFor(pods);
    const refused: (string | undefined)[] = [];
    for (const pod of pods) refused.push(await podRefusal(pod));
    expect(refused.filter((one) => one !== undefined)).toEqual([]);
  });
});

test('the API server refuses a field that a kind does not have, since validation is strict', async () => {
  const [deployment] = CASES[1].objects.filter(({ kind }) => kind === 'Deployment');
  const misspelt = { ...deployment, spec: { ...deployment.spec, minReadySecond: 1 } };
  expect(await refusalOf(misspelt)).toMatch(/minReadySecond/);
});
