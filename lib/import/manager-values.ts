import { DRAIN_MARGIN_SECONDS, FLEET_DEFAULTS, MANAGER_DEFAULTS, RUNNER_DEFAULTS } from '../fleet/defaults';
import { OLDEST_RUNNER_VERSION } from '../fleet/versions';
import { compareRunnerVersions, parseRunnerVersion } from '../gitlab-runner/features';
import { formatDuration, secondsOf } from '../values/duration';
import { type Fields, fieldsOf, isTable, listOf, textOf, textsOf } from '../values/record';
import { type Draft, isSaid, type Keys, setAt } from './draft';
import { takeVariable } from './job-keys';
import { imageOf } from './values-of-manager';

/** Takes the values of the chart that concern managers. What is left over is reported by the table of values. */
export function takeManagerValues(keys: Keys, draft: Draft): void {
  refuseOtherShapes(keys, draft);
  takeManagerImage(keys, draft);
  const same: readonly (readonly [readonly string[], string])[] = [
    [['priorityClassName'], 'manager.priorityClassName'],
    [['podAnnotations'], 'manager.podAnnotations'],
    [['podLabels'], 'manager.podLabels'],
  ];
  for (const [path, option] of same) {
    const value = keys.take(...path);
    if (isSaid(value)) draft.option(path.join('.'), option, isTable(value) ? quoted(value) : value);
  }
  const policy = keys.take('imagePullPolicy');
  if (isSaid(policy) && policy !== 'IfNotPresent')
    draft.option('imagePullPolicy', 'manager.imagePullPolicy', policy);
  takePullSecrets(keys, draft);
  takeReplicas(keys, draft);
  takeGrace(keys, draft);
  takeVariables(keys, draft);
  takeManagerNodes(keys, draft);
  takeManagerVolumes(keys, draft);
  const port = fieldsOf(keys.peek('metrics')).port;
  if (typeof port === 'number' && port !== MANAGER_DEFAULTS.metricsPort)
    draft.option('metrics.port', 'manager.metricsPort', keys.take('metrics', 'port'));
  for (const name of ['podMonitor', 'serviceMonitor']) takeMonitor(keys, draft, name);
}

/** A monitor of the chart: the fleet has one for all of its managers, with alerts. What else it says is left to a person. */
function takeMonitor(keys: Keys, draft: Draft, name: string): void {
  const place = ['metrics', name];
  if (keys.peek('metrics', 'enabled') !== true || keys.peek(...place, 'enabled') !== true) return;
  const from = place.join('.');
  keys.take(...place, 'enabled');
  for (const option of ['labels', 'interval']) {
    const value = keys.take(...place, option);
    if (isSaid(value)) draft.fleetOption(`${from}.${option}`, `monitoring.${option}`, value);
  }
  // The chart's is where the monitor is, which often stands beside its Prometheus.
  const namespace = keys.take(...place, 'namespace');
  const guess = typeof namespace === 'string' && namespace !== '' ? namespace : 'monitoring';
  setAt(draft.fleet, ['monitoring', 'prometheusNamespace'], guess);
  const why =
    'write the namespace of your Prometheus: the network policy of the managers lets nobody else in';
  draft.say('decide', from, why, `monitoring.prometheusNamespace of the fleet: ${guess}`);
}

const LISTS = ['tolerations', 'volumes', 'volumeMounts', 'envVars', 'imagePullSecrets'];
const TABLES = ['nodeSelector', 'podLabels', 'podAnnotations', 'extraEnv'];

/** Reports values of the wrong shape, which the chart ignores. */
function refuseOtherShapes(keys: Keys, draft: Draft): void {
  const refuse = (names: readonly string[], isRight: (value: unknown) => boolean, shape: string) => {
    for (const name of names) {
      const value = keys.peek(name);
      // Leaves of a table that is none are below it.
      if (value === undefined || value === null || isRight(value)) continue;
      keys.take(name);
      draft.say('refused', name, `the chart takes ${shape} here`);
    }
  };
  refuse(LISTS, Array.isArray, 'a list');
  refuse(TABLES, isTable, 'a table');
}

const FLAVORED = /^(alpine|ubuntu|ubi-fips)?[\d.]*-?v?(\d+\.\d+\.\d+)$/;

const USUAL_REGISTRY = 'registry.gitlab.com';
const USUAL_IMAGE = 'gitlab-org/gitlab-runner';
const OF_DOCKER_HUB = /^(?:docker\.io\/)?gitlab\/gitlab-runner$/;

/** Registry and path of the image of managers, as the chart joins them; undefined where both are its own. */
function imagePath(registry: string | undefined, image: string | undefined): string | undefined {
  if (registry === undefined && image === undefined) return undefined;
  const isWhole = /^(?:[^/]*[.:][^/]*|localhost)\//.test(image ?? '') || OF_DOCKER_HUB.test(image ?? '');
  if (registry === undefined && isWhole) return image;
  return [registry ?? USUAL_REGISTRY, image || USUAL_IMAGE].filter((part) => part !== '').join('/');
}

/** Says where managers pull their image from, in place of the registry and the path of the chart. */
function takeImagePath(path: string, tag: string, draft: Draft): void {
  const usual = FLEET_DEFAULTS.imageRegistry;
  if (path === `${usual}/gitlab-runner`) draft.say('not-needed', 'image', `managers pull it from ${usual}`);
  else if (OF_DOCKER_HUB.test(path)) {
    const why = `managers pull the same image from ${usual}: check that nodes reach it, or name a mirror of it`;
    draft.say('decide', 'image', why, 'imageRegistry of the fleet');
  } else if (path.endsWith('/gitlab/gitlab-runner')) takeDockerHubMirror(path, tag, draft);
  else if (path.endsWith('/gitlab-runner')) {
    const why = 'jobs pull their helper image from there too, by the path gitlab-runner/gitlab-runner-helper';
    draft.fleetOption('image', 'imageRegistry', path.replace(/\/gitlab-runner$/, ''), why);
  } else if (tag !== '') draft.option('image', 'manager.image', `${path}:${tag}`);
  else draft.say('decide', 'image', `${path} has no tag: set manager.image, with a release`);
}

/** Docker Hub has the helper image at another path than GitLab's registry, so that only the image of managers is known. */
function takeDockerHubMirror(path: string, tag: string, draft: Draft): void {
  const why = `jobs pull their helper image from ${FLEET_DEFAULTS.imageRegistry}: set manager.helperImage if it is in a mirror too`;
  if (tag === '')
    draft.guess(
      'image',
      'manager.image',
      `${path}:alpine-v${RUNNER_DEFAULTS.runnerVersion}`,
      `no tag is named; ${why}`,
    );
  else draft.option('image', 'manager.image', `${path}:${tag}`, why);
}

function takeManagerImage(keys: Keys, draft: Draft): void {
  const whole = keys.take('image');
  // Older releases of the chart had registry, path and tag in one text.
  const parts = typeof whole === 'string' ? { registry: '', ...imageOf(whole) } : fieldsOf(whole);
  const tag = textOf(parts.tag) ?? '';
  const path = imagePath(textOf(parts.registry), textOf(parts.image));
  if (path !== undefined) takeImagePath(path, tag, draft);
  const [, flavor, release] = FLAVORED.exec(tag) ?? [];
  if (tag === '') return;
  const [version, oldest] = [release, OLDEST_RUNNER_VERSION].map(parseRunnerVersion);
  if (version === undefined || oldest === undefined || compareRunnerVersions(version, oldest) < 0) {
    const why =
      version === undefined ? 'it names no release' : `descriptions name ${OLDEST_RUNNER_VERSION} or newer`;
    draft.say(
      'decide',
      'image.tag',
      `${tag}: ${why}; managers run ${RUNNER_DEFAULTS.runnerVersion}. GitLab must not be older, see docs/runner-releases.md`,
    );
    return;
  }
  draft.option('image.tag', 'runnerVersion', release);
  if (flavor !== undefined && flavor !== 'alpine') draft.option('image.tag', 'imageFlavor', flavor);
}

/** Annotations and labels as the chart quotes them: a truth value is a text there. */
function quoted(table: Fields): Fields {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, String(value)]));
}

function takePullSecrets(keys: Keys, draft: Draft): void {
  const secrets = [
    keys.take('imagePullSecrets'),
    keys.take('serviceAccount', 'imagePullSecrets'),
    keys.take('rbac', 'imagePullSecrets'),
  ].flatMap(listOf);
  const names = [...new Set(secrets.map((one) => textOf(fieldsOf(one).name) ?? textOf(one) ?? ''))].filter(
    (name) => name !== '',
  );
  if (names.length > 0) draft.option('imagePullSecrets', 'manager.imagePullSecrets', names);
}

function takeReplicas(keys: Keys, draft: Draft): void {
  const said = keys.take('replicas');
  // The chart writes a text as it is, so that "2" is a number.
  const replicas = typeof said === 'string' && /^\d+$/.test(said) ? Number(said) : said;
  if (replicas === undefined || replicas === null || replicas === 1) return;
  if (typeof replicas !== 'number') {
    draft.say('refused', 'replicas', 'the chart takes a number here');
    return;
  }
  if (replicas === 0) {
    draft.say('decide', 'replicas', 'the release was scaled to zero; a rendered manager takes jobs');
    return;
  }
  draft.option('replicas', 'managers', replicas, 'each manager is a Deployment with its own system ID');
}

function takeGrace(keys: Keys, draft: Draft): void {
  const grace = keys.take('terminationGracePeriodSeconds');
  const timeout = Number(keys.take('runners', 'maximumTimeout') ?? 0);
  const longest = Math.max(timeout, typeof grace === 'number' ? grace - DRAIN_MARGIN_SECONDS : 0);
  const from = timeout > 0 ? 'runners.maximumTimeout' : 'terminationGracePeriodSeconds';
  if (longest > secondsOf(RUNNER_DEFAULTS.longestJob) || timeout > 0) {
    draft.option(
      from,
      'longestJob',
      formatDuration(timeout > 0 ? timeout : longest),
      'set the same maximum timeout in GitLab',
    );
    return;
  }
  if (typeof grace === 'number')
    draft.say(
      'not-needed',
      'terminationGracePeriodSeconds',
      `managers wait for their longest job: longestJob, ${RUNNER_DEFAULTS.longestJob} by default`,
    );
}

/** Variables that `register` reads: they are already merged into the config. */
const REGISTERED =
  /^(?:KUBERNETES_|RUNNER_|CI_SERVER_|CACHE_|REGISTER_|FEATURE_FLAGS$|CLONE_URL$|SESSION_SERVER_)/;

function takeVariables(keys: Keys, draft: Draft): void {
  const listed = listOf(keys.take('envVars')).map((one): [string, unknown] => [
    String(fieldsOf(one).name),
    fieldsOf(one).value,
  ]);
  const all = [...listed, ...Object.entries(fieldsOf(keys.take('extraEnv')))];
  for (const [name, value] of all) {
    const from = `envVars ${name}`;
    if (REGISTERED.test(name))
      draft.say('not-needed', from, 'registration merges it into the config, which is read with it');
    else takeVariable(draft, from, name, String(value ?? ''), ['manager', 'env']);
  }
}

function takeManagerNodes(keys: Keys, draft: Draft): void {
  const selector = { ...textsOf(keys.take('nodeSelector')) };
  const tolerations = listOf(keys.take('tolerations')).map(fieldsOf);
  for (const key of ['kubernetes.io/os', 'kubernetes.io/arch'])
    if (selector[key] !== undefined) {
      delete selector[key];
      draft.say('not-needed', `nodeSelector.${key}`, 'managers always select Linux and their architecture');
    }
  if (Object.keys(selector).length === 0) {
    if (tolerations.length > 0)
      draft.say(
        'not-needed',
        'tolerations',
        'managers get nodes of their own; to use existing nodes, set managerNodes',
      );
    return;
  }
  const tolerated = Object.fromEntries(
    tolerations.map(({ key, value, effect }) => [
      value === undefined ? String(key) : `${String(key)}=${String(value)}`,
      textOf(effect) ?? '',
    ]),
  );
  const nodes = { nodeSelector: selector, ...(tolerations.length > 0 && { tolerations: tolerated }) };
  draft.fleetOption('nodeSelector, tolerations', 'managerNodes', nodes);
}

function takeManagerVolumes(keys: Keys, draft: Draft): void {
  const volumes = listOf(keys.take('volumes')).map(fieldsOf);
  const mounts = listOf(keys.take('volumeMounts')).map(fieldsOf);
  const carried: Fields[] = [];
  for (const { name, mountPath, subPath } of mounts) {
    const volume = fieldsOf(volumes.find((one) => one.name === name));
    // No option mounts a single file of a volume, and the whole volume would hide other files.
    const source = subPath === undefined ? managerVolume(volume) : undefined;
    if (source === undefined || textOf(mountPath) === undefined)
      draft.say(
        'decide',
        `volumeMounts ${String(name)}`,
        subPath === undefined
          ? 'use patches.Deployment for this kind of volume, if managers still need it'
          : 'use patches.Deployment for a mount with subPath, if managers still need it; for certificates of GitLab, use gitlabCa',
      );
    else carried.push({ mountPath, ...source });
  }
  if (carried.length > 0) draft.option('volumes, volumeMounts', 'manager.volumes', carried);
  for (const { name } of volumes)
    if (!mounts.some((mount) => mount.name === name))
      draft.say('no-effect', `volumes ${String(name)}`, 'nothing mounts it');
}

function managerVolume({ configMap, secret, emptyDir }: Fields): Fields | undefined {
  const items = (source: unknown) => {
    const listed = listOf(fieldsOf(source).items).map(fieldsOf);
    return listed.length > 0
      ? { items: Object.fromEntries(listed.map(({ key, path }) => [String(key), path])) }
      : {};
  };
  if (isTable(configMap)) return { configMap: configMap.name, ...items(configMap) };
  if (isTable(secret)) return { secret: secret.secretName, ...items(secret) };
  if (!isTable(emptyDir)) return undefined;
  const { medium, sizeLimit } = emptyDir;
  return { emptyDir: { ...(medium === 'Memory' && { medium }), ...(textOf(sizeLimit) && { sizeLimit }) } };
}
