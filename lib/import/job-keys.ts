import { RUNNER_DEFAULTS } from '../fleet/defaults';
import { isOfOtherExecutor } from '../gitlab-runner/config/shape';
import { PULL_POLICIES } from '../gitlab-runner/config/values';
import { isHelperOfGitlab } from '../gitlab-runner/executor/helper-image';
import { isSecret, secretInScript } from '../sealed-secrets/secret-value';
import { formatDuration, secondsOf } from '../values/duration';
import { isFloating, parseImage } from '../values/image';
import { type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { type Draft, isSaid, type Keys } from './draft';

/** Keys of a runner that an option takes with the same value. */
const SAME: readonly (readonly [path: readonly string[], option: string])[] = [
  [['pre_get_sources_script'], 'job.preGetSourcesScript'],
  [['pre_clone_script'], 'job.preGetSourcesScript'],
  [['post_get_sources_script'], 'job.postGetSourcesScript'],
  [['post_clone_script'], 'job.postGetSourcesScript'],
  [['pre_build_script'], 'job.preBuildScript'],
  [['post_build_script'], 'job.postBuildScript'],
  [['kubernetes', 'allow_privilege_escalation'], 'allowPrivilegeEscalation'],
  [['kubernetes', 'service_account'], 'serviceAccount'],
  [['kubernetes', 'pod_labels'], 'podLabels'],
  [['kubernetes', 'image_pull_secrets'], 'imagePullSecrets'],
  [['kubernetes', 'allowed_images'], 'job.allowedImages'],
  [['kubernetes', 'allowed_services'], 'job.allowedServices'],
  [['kubernetes', 'priority_class_name'], 'job.priorityClassName'],
  [['kubernetes', 'runtime_class_name'], 'job.runtimeClassName'],
  [['kubernetes', 'host_aliases'], 'job.hostAliases'],
];

/** What the fleet derives, with the reason where it isn't plain. */
const DERIVED: readonly (readonly [path: readonly string[], why: string])[] = [
  [['id'], 'GitLab sets it when the manager registers'],
  [['token_obtained_at'], 'GitLab sets it when the manager registers'],
  [['token_expires_at'], 'GitLab sets it when the manager registers'],
  [['kubernetes', 'host'], 'managers run in the cluster and use their ServiceAccount'],
  [['kubernetes', 'cert_file'], 'managers run in the cluster and use their ServiceAccount'],
  [['kubernetes', 'key_file'], 'managers run in the cluster and use their ServiceAccount'],
  [['kubernetes', 'ca_file'], 'managers run in the cluster and use their ServiceAccount'],
  [['kubernetes', 'bearer_token'], 'managers run in the cluster and use their ServiceAccount'],
];

/** Everything of a `[[runners]]` entry that has an option of its own, but for sizes, nodes, volumes and the cache. */
export function takeJobKeys(keys: Keys, draft: Draft): void {
  for (const [path, why] of DERIVED)
    if (isSaid(keys.take(...path))) draft.say('not-needed', path.join('.'), why);
  keys.take('executor');
  for (const [path, option] of SAME) {
    const value = keys.take(...path);
    const secret = typeof value === 'string' ? secretInScript(value) : undefined;
    if (secret !== undefined)
      draft.say(
        'refused',
        path.join('.'),
        `it holds ${secret}: ${SECRET_FIX}, and remove it from the script`,
      );
    else if (isPatternOfNone(path, value)) takeEmptyPatterns(path, option, listOf(value), draft);
    else if (isSaid(value)) draft.option(path.join('.'), option, value);
    else if (Array.isArray(value)) draft.say('no-effect', path.join('.'), emptyList(path));
  }
  takeJobImage(keys, draft);
  takeHelperImage(keys, draft);
  takePullPolicy(keys, draft);
  takeAnnotations(keys, draft);
  takeEnvironment(keys, draft);
  takeServices(keys, draft);
  takeTimes(keys, draft);
  if (keys.take('kubernetes', 'privileged') === true)
    draft.option(
      'kubernetes.privileged',
      'privileged',
      true,
      'if jobs only run docker build, dockerInDocker: {} is enough, see docs/image-builds.md',
    );
}

/** Whether a list of allowed images holds an empty pattern, which is for no image. */
function isPatternOfNone(path: readonly string[], value: unknown): boolean {
  return path[path.length - 1].startsWith('allowed_') && Array.isArray(value) && value.includes('');
}

/** Empty patterns alone allow nothing but what the runner names itself; besides others they say nothing. */
function takeEmptyPatterns(
  path: readonly string[],
  option: string,
  patterns: readonly unknown[],
  draft: Draft,
): void {
  const others = patterns.filter((one) => one !== '');
  if (others.length === 0) draft.config(path.join('.'), ['runner', ...path], ['']);
  else draft.option(path.join('.'), option, others, 'an empty pattern is for no image');
}

function emptyList(path: readonly string[]): string {
  return path[path.length - 1].startsWith('allowed_')
    ? 'the runner reads an empty list as no list and allows all'
    : 'the runner reads an empty list as no list';
}

function takeJobImage(keys: Keys, draft: Draft): void {
  const image = textOf(keys.take('kubernetes', 'image'));
  if (!image) return;
  const parsed = parseImage(image);
  if (parsed !== undefined && !isFloating(parsed)) {
    draft.option('kubernetes.image', 'jobImage', image);
    return;
  }
  draft.say(
    'decide',
    'kubernetes.image',
    `${image} is not pinned: jobs that name no image get the default of the fleet; set jobImage to a pinned image to change it`,
  );
}

/** The helper of a manager's own release is derived. */
function takeHelperImage(keys: Keys, draft: Draft): void {
  const image = textOf(keys.take('kubernetes', 'helper_image'));
  if (!image) return;
  const parsed = parseImage(image);
  const isOwn = /(?:^|\/)gitlab-runner-helper$/.test(parsed?.path ?? '');
  if (isHelperOfGitlab(image) || (isOwn && parsed !== undefined && isFloating(parsed)))
    draft.say(
      'not-needed',
      'kubernetes.helper_image',
      'derived from runnerVersion and arch, so that it matches the manager',
    );
  else draft.option('kubernetes.helper_image', 'manager.helperImage', image);
}

function takePullPolicy(keys: Keys, draft: Draft): void {
  const policy = keys.take('kubernetes', 'pull_policy');
  const first = Array.isArray(policy) ? policy : [policy].filter(isSaid);
  if (first.length === 1 && PULL_POLICIES.includes(String(first[0])))
    draft.option('kubernetes.pull_policy', 'pullPolicy', first[0]);
  else if (first.length > 0)
    draft.config('kubernetes.pull_policy', ['runner', 'kubernetes', 'pull_policy'], first);
}

const EVICTED = 'cluster-autoscaler.kubernetes.io/safe-to-evict';

function takeAnnotations(keys: Keys, draft: Draft): void {
  const annotations = { ...textsOf(keys.take('kubernetes', 'pod_annotations')) };
  const take = (key: string, why: string) => {
    if (annotations[key] === undefined) return;
    delete annotations[key];
    draft.say('not-needed', `kubernetes.pod_annotations.${key}`, why);
  };
  take(EVICTED, 'Karpenter does not read it; jobs are protected by karpenter.sh/do-not-disrupt');
  if (annotations['karpenter.sh/do-not-disrupt'] === 'true')
    take('karpenter.sh/do-not-disrupt', 'every job pod has it');
  for (const [key, value] of Object.entries(annotations))
    if (isSecret('', value)) {
      delete annotations[key];
      draft.say('refused', `kubernetes.pod_annotations.${key}`, SECRET_FIX);
    }
  if (Object.keys(annotations).length > 0)
    draft.option('kubernetes.pod_annotations', 'podAnnotations', annotations);
}

const PROXY = /^(?:https?_proxy|no_proxy)$/i;

function takeEnvironment(keys: Keys, draft: Draft): void {
  for (const entry of listOf(keys.take('environment'))) {
    const [, name, value] = /^([^=]*)=([\s\S]*)$/.exec(String(entry)) ?? [];
    if (name === undefined) {
      draft.say('no-effect', `environment ${String(entry)}`, 'it has no = and sets nothing');
      continue;
    }
    takeVariable(draft, `environment ${name}`, name, value, ['job', 'environment']);
  }
}

const SECRET_FIX = 'secrets must not be committed: set a masked variable in GitLab, or mount a Secret';

/** Takes a variable of jobs or managers. A secret is reported and left out; one of a proxy becomes an option of the fleet. */
export function takeVariable(
  draft: Draft,
  from: string,
  name: string,
  value: string,
  to: readonly string[],
): void {
  if (isSecret(name, value)) {
    draft.say('refused', from, SECRET_FIX);
    return;
  }
  if (PROXY.test(name)) {
    takeProxy(draft, from, name.toLowerCase(), value);
    return;
  }
  const table = to.reduce<unknown>((below, key) => fieldsOf(fieldsOf(below)[key]), draft.runner);
  draft.option(from, to.join('.'), { ...fieldsOf(table), [name]: value });
}

function takeProxy(draft: Draft, from: string, name: string, value: string): void {
  if (value === '') return;
  const option = { http_proxy: 'http', https_proxy: 'https', no_proxy: 'noProxy' }[name] ?? name;
  const said = option === 'noProxy' ? value.split(/[\s,]+/).filter((one) => one !== '') : value;
  draft.fleetOption(
    from,
    `proxy.${option}`,
    said,
    'managers, jobs and nodes use it, and network policies allow it',
  );
}

const SERVICE_KEYS = ['name', 'alias', 'command', 'entrypoint', 'environment'];

function takeServices(keys: Keys, draft: Draft): void {
  const services = listOf(keys.take('kubernetes', 'services')).map(fieldsOf);
  if (services.length === 0) return;
  const isPlain = services.every((one) => Object.keys(one).every((key) => SERVICE_KEYS.includes(key)));
  if (!isPlain) {
    draft.config('kubernetes.services', ['runner', 'kubernetes', 'services'], services);
    return;
  }
  draft.option(
    'kubernetes.services',
    'job.services',
    services.map((one) => serviceOf(one, draft)),
  );
}

function serviceOf({ name, alias, command, entrypoint, environment }: Fields, draft: Draft): Fields {
  const pairs = listOf(environment)
    .map((one) => String(one).split(/=(.*)/s).slice(0, 2))
    .filter(([key, value = '']) => {
      if (isSecret(key, value))
        draft.say('refused', `kubernetes.services ${String(name)} ${key}`, SECRET_FIX);
      return !isSecret(key, value);
    });
  return {
    image: name,
    ...(isSaid(alias) && { alias }),
    ...(isSaid(command) && { command }),
    ...(isSaid(entrypoint) && { entrypoint }),
    ...(pairs.length > 0 && { environment: Object.fromEntries(pairs) }),
  };
}

function takeTimes(keys: Keys, draft: Draft): void {
  const seconds = keys.take('kubernetes', 'poll_timeout');
  if (typeof seconds !== 'number' || seconds <= 0) return;
  if (seconds < secondsOf(RUNNER_DEFAULTS.pollTimeout)) {
    draft.say(
      'not-needed',
      'kubernetes.poll_timeout',
      `jobs wait ${RUNNER_DEFAULTS.pollTimeout} by default: a new node takes longer to start than they waited before`,
    );
    return;
  }
  draft.option('kubernetes.poll_timeout', 'pollTimeout', formatDuration(Math.round(seconds)));
}

/** Keys that no option takes: those that GitLab Runner knows go to `config`, others had no effect. */
export function takeRest(keys: Keys, isKnown: (path: readonly string[]) => boolean, draft: Draft): void {
  const rest = keys.rest().filter(([, value]) => isSaid(value));
  for (const table of new Set(rest.map(([[key]]) => key)))
    if (isOfOtherExecutor(table))
      draft.say(
        'no-effect',
        table,
        'it belongs to another executor: the Kubernetes executor does not read it',
      );
  for (const [path, value] of rest) {
    const from = path.join('.');
    if (isOfOtherExecutor(path[0])) continue;
    if (!isKnown(path)) draft.say('no-effect', from, 'GitLab Runner does not know this key and ignored it');
    else if (isSecret(path[path.length - 1], value))
      draft.say('refused', from, 'secrets must not be committed');
    else if (isOpenLiteral(path, value)) {
      draft.config(from, ['runner', ...path], `^${String(value)}$`);
      draft.say('decide', from, 'it matched anywhere in the value: jobs may now ask for exactly this value');
    } else if (isUsual(path, value)) draft.say('not-needed', from, 'it is the default');
    else draft.config(from, ['runner', ...path], value);
  }
}

/** Whether the pattern of an allowed overwrite is a plain text, which was meant to match the whole value. */
function isOpenLiteral(path: readonly string[], value: unknown): boolean {
  return (
    path[path.length - 1].endsWith('_overwrite_allowed') &&
    /^(?:[\w\-/=:. ]|\\[.\-/])+$/.test(String(value)) &&
    typeof value === 'string'
  );
}

/** Whether a value is the default; in a security context, which has no defaults, none is. */
function isUsual(path: readonly string[], value: unknown): boolean {
  return (value === false || value === 0) && !path.some((key) => key.endsWith('security_context'));
}
