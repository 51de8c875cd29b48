import type { Manifest } from '../cluster/manifest';
import { type Fields, fieldsOf, textOf } from '../values/record';
import type { Line } from './line';

/** Fields that are read as values of the chart, or with the config. */
const READ = new Set([
  'gitlabUrl',
  'token',
  'tags',
  'runUntagged',
  'locked',
  'protected',
  'ca',
  'concurrent',
  'interval',
  'buildImage',
  'helperImage',
  'config',
  'env',
]);

/** What to do about the others. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['serviceaccount', 'managers have accounts of their own, whose rights are derived from the config'],
  ['runnerImage', "set manager.image, with a release, if it is not GitLab's own image"],
  ['imagePullPolicy', 'set manager.imagePullPolicy'],
  [
    'podSpec',
    'it patched the pod of the manager: use managerNodes for placement, patches.Deployment for the rest',
  ],
  ['deploymentSpec', 'it patched the Deployment of the manager: use patches.Deployment'],
  ['cacheType', 'set cache, see docs/caches.md'],
  ['logLevel', 'set config.global.log_level'],
  ['listenAddr', 'set manager.metricsPort'],
  ['connectionMaxAge', 'set config.global.connection_max_age'],
  ['maximumTimeout', 'set longestJob'],
  ['cloneURL', 'set config.runner.clone_url'],
]);

/** What an object of GitLab's operator sets for its runner, as values of the chart. */
export function valuesOfOperator(object: Manifest | undefined): Fields {
  if (object === undefined) return {};
  const { tags, runUntagged, locked, protected: isProtected, ca, token } = fieldsOf(object.body.spec);
  const runners = { tags, runUntagged, locked, protected: isProtected, secret: token };
  return { runners, ...(textOf(ca) && { certsSecretName: ca }) };
}

/** Fields of an object of GitLab's operator that nothing carries over. */
export function operatorLines(object: Manifest | undefined): readonly Line[] {
  return Object.keys(fieldsOf(object?.body.spec))
    .filter((key) => !READ.has(key))
    .map((key) => ({
      kind: 'decide',
      runner: undefined,
      from: `spec.${key}`,
      why: OTHERS.get(key) ?? 'not carried over: check whether managers or jobs still need it',
    }));
}
