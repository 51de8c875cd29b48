import { MANAGER_DEFAULTS, RUNNER_DEFAULTS } from '../fleet/defaults';
import { isSecret } from '../sealed-secrets/secret-value';
import { formatDuration } from '../values/duration';
import { type Fields, fieldsOf, textOf } from '../values/record';
import { type Draft, isSaid, type Keys } from './draft';
import { isGlobalKey } from './known-keys';

/** Takes values that concern GitLab: its address, the settings of a runner there, its token, its CA, and web terminals. */
export function takeServerValues(keys: Keys, url: string | undefined, draft: Draft): void {
  const address = textOf(keys.take('gitlabUrl')) || url;
  if (address) draft.fleetOption('gitlabUrl', 'gitlabUrl', address.replace(/\/+$/, ''));
  takeTags(keys, draft);
  takeToken(keys, draft);
  takeCa(keys, address, draft);
  takeSession(keys, draft);
}

function takeTags(keys: Keys, draft: Draft): void {
  const tags = keys.take('runners', 'tags');
  const listed = (Array.isArray(tags) ? tags : String(tags ?? '').split(','))
    .map((tag) => String(tag).trim())
    .filter((tag) => tag !== '');
  if (listed.length > 0) {
    draft.option('runners.tags', 'tags', listed);
    draft.option('runners.tags', 'exactTags', true, 'the runner keeps exactly these tags');
  } else
    draft.say(
      'decide',
      'runners.tags',
      'tags are set in GitLab: write the tags of the old runner as tags, with exactTags; otherwise the runner gets tags for its architecture and capacity',
    );
  for (const flag of ['runUntagged', 'protected', 'locked'] as const) {
    const said = keys.take('runners', flag);
    if (said === undefined || said === null) continue;
    if (typeof said !== 'boolean')
      draft.say('refused', `runners.${flag}`, 'the chart takes true or false here');
    else if (said === RUNNER_DEFAULTS[flag])
      draft.say('not-needed', `runners.${flag}`, 'a runner of a fleet has it by default');
    else draft.option(`runners.${flag}`, flag, said, 'set it in GitLab: npx runner-fleet tokens howto');
  }
}

function takeToken(keys: Keys, draft: Draft): void {
  if (isSaid(keys.take('runnerRegistrationToken')))
    draft.say(
      'decide',
      'runnerRegistrationToken',
      'registration tokens are deprecated: create the runner in GitLab and seal its token, as npx runner-fleet tokens shows. Revoke this token: it is in plain text',
    );
  if (isSaid(keys.take('runnerToken')))
    draft.say(
      'decide',
      'runnerToken',
      'anyone who can read the file or its history has this token: create a new runner and seal its token, as npx runner-fleet tokens shows',
    );
  const secret = textOf(keys.take('runners', 'secret'));
  if (secret)
    draft.say(
      'decide',
      'runners.secret',
      `its token is in the Secret ${secret}: seal the token of a new runner, or write tokens: { from: 'existing-secret' } and token: { secret: '${secret}', key: 'runner-token' }, with that Secret in the namespace of the managers`,
    );
}

function takeCa(keys: Keys, url: string | undefined, draft: Draft): void {
  const file = textOf(keys.take('tls-ca-file'));
  const secret = textOf(keys.take('certsSecretName'));
  if (secret) {
    const ca = { secret, key: `${hostOf(url)}.crt` };
    draft.fleetOption(
      'certsSecretName',
      'gitlabCa',
      ca,
      'the Secret must be in the namespace of the managers',
    );
    if (file) draft.say('not-needed', 'tls-ca-file', 'gitlabCa mounts the certificates and sets their path');
  } else if (file) {
    draft.fleet.gitlabCa = { secret: 'gitlab-ca', key: file.split('/').pop() };
    const why = `${file} is not among the given files: name the Secret or ConfigMap that holds it, see docs/internal-ca.md`;
    draft.say('decide', 'tls-ca-file', why, 'gitlabCa of the fleet');
  }
}

function hostOf(url: string | undefined): string {
  try {
    return new URL(url ?? '').hostname;
  } catch {
    return 'gitlab.example.com';
  }
}

function takeSession(keys: Keys, draft: Draft): void {
  const session = fieldsOf(keys.peek('sessionServer'));
  const table = keys.take('session_server');
  if (session.enabled !== true) {
    if (isSaid(table))
      draft.say(
        'decide',
        'session_server',
        'web terminals need sessionServer with an address, see docs/web-terminals.md',
      );
    return;
  }
  const address = textOf(session.publicIP);
  if (!address) {
    draft.say(
      'decide',
      'sessionServer',
      'set sessionServer.advertiseAddress to the DNS name of its Service, see docs/web-terminals.md',
    );
    return;
  }
  keys.take('sessionServer', 'publicIP');
  draft.option(
    'sessionServer.publicIP',
    'sessionServer.advertiseAddress',
    `${address}:${textOf(session.externalPort) ?? 9000}`,
  );
  const options: readonly (readonly [string, string, unknown])[] = [
    ['internalPort', 'port', session.internalPort],
    ['serviceType', 'serviceType', session.serviceType],
    ['timeout', 'timeout', typeof session.timeout === 'number' ? formatDuration(session.timeout) : undefined],
    ['annotations', 'serviceAnnotations', session.annotations],
    ['loadBalancerSourceRanges', 'fromCidrs', session.loadBalancerSourceRanges],
  ];
  for (const [value, option, said] of options)
    if (said !== undefined) {
      keys.take('sessionServer', value);
      draft.option(`sessionServer.${value}`, `sessionServer.${option}`, said);
    }
}

/** Defaults of global keys. */
const USUAL: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ['shutdown_timeout', [0]],
  ['check_interval', [0, 3]],
  ['log_level', ['info']],
  ['log_format', ['json', 'runner']],
  ['listen_address', [`:${MANAGER_DEFAULTS.metricsPort}`]],
  ['connection_max_age', ['15m', '15m0s']],
]);

/**
 * Takes the global keys, with the most jobs at once.
 *
 * @param limit most jobs of the entry
 * @param isOfChart whether the chart writes the file
 */
export function takeGlobals(global: Fields, limit: unknown, isOfChart: boolean, draft: Draft): void {
  const concurrent = Number(global.concurrent ?? 1);
  const most = Number(limit ?? 0) > 0 ? Math.min(Number(limit), concurrent) : concurrent;
  draft.option(Number(limit ?? 0) > 0 ? 'concurrent, limit' : 'concurrent', 'concurrency', most);
  for (const [key, value] of Object.entries(global))
    if (!ELSEWHERE.includes(key) && value !== '' && value !== undefined)
      takeGlobal(key, value, isOfChart, draft);
}

/** Keys that are read elsewhere. */
const ELSEWHERE = ['concurrent', 'runners', 'session_server'];

function takeGlobal(key: string, value: unknown, isOfChart: boolean, draft: Draft): void {
  if (USUAL.get(key)?.includes(value)) {
    // The chart writes these itself.
    if (!isOfChart) draft.say('not-needed', key, 'it is the default');
  } else if (key === 'listen_address') takeListen(String(value), draft);
  else if (!isGlobalKey([key]))
    draft.say('no-effect', key, 'GitLab Runner does not know this key and ignored it');
  else if (key === 'check_interval')
    draft.say('not-needed', key, 'derived from concurrency: managers with many jobs ask more often');
  else if (isSecret(key, value)) draft.say('refused', key, 'secrets must not be committed');
  else draft.config(key, ['global', key], value);
}

function takeListen(address: string, draft: Draft): void {
  const [, port] = /:(\d+)$/.exec(address) ?? [];
  if (port === undefined) draft.say('not-needed', 'listen_address', 'metrics are always served');
  else if (
    fieldsOf(draft.runner.manager).metricsPort === undefined &&
    Number(port) !== MANAGER_DEFAULTS.metricsPort
  )
    draft.option('listen_address', 'manager.metricsPort', Number(port));
}

/** Takes the number of jobs that managers request at once, at most as many as they run. */
export function takeRequestConcurrency(value: unknown, draft: Draft): void {
  if (typeof value !== 'number' || value <= 1) return;
  const concurrency = Number(draft.runner.concurrency ?? 1);
  draft.option('request_concurrency', 'requestConcurrency', Math.min(value, Math.max(concurrency, 2)));
}
