import type { Faults } from '../fault';
import type { TokenSource, TokensProps } from '../props/fleet';
import type { RunnerTokenProps } from '../props/runner';
import { checkDataKey, checkDuration, checkObjectName, checkOneOf } from './fields';

const SOURCES: readonly TokenSource[] = ['sealed-secret', 'external-secret', 'existing-secret'];
const STORE_KINDS = ['ClusterSecretStore', 'SecretStore'];

/** Which source an option is for. */
const FLEET_OPTIONS: Record<Exclude<keyof TokensProps, 'from'>, TokenSource> = {
  store: 'external-secret',
  storeKind: 'external-secret',
  keyPrefix: 'external-secret',
  property: 'external-secret',
  refreshInterval: 'external-secret',
};
const RUNNER_OPTIONS: Record<keyof RunnerTokenProps, TokenSource> = {
  secret: 'existing-secret',
  key: 'existing-secret',
  storeKey: 'external-secret',
  property: 'external-secret',
  version: 'external-secret',
};

/** Reports what is wrong with the source of a fleet's tokens. */
export function validateTokens(faults: Faults, tokens: TokensProps | undefined, from: TokenSource): void {
  if (tokens === undefined) return;
  checkOneOf(faults, 'from', from, SOURCES);
  if (SOURCES.includes(from)) checkOptions(faults, tokens, FLEET_OPTIONS, from);
  if (from !== 'external-secret') return;
  if (tokens.store === undefined) {
    faults.add('store', tokens.store, 'tokens come from a store', 'write the name of the ClusterSecretStore');
  } else checkObjectName(faults, 'store', tokens.store);
  if (tokens.storeKind !== undefined) checkOneOf(faults, 'storeKind', tokens.storeKind, STORE_KINDS);
  if (tokens.refreshInterval !== undefined) checkDuration(faults, 'refreshInterval', tokens.refreshInterval);
  checkNotEmpty(faults, tokens, ['property']);
}

/** Reports what is wrong with what a runner says of its token. */
export function checkRunnerToken(
  faults: Faults,
  token: RunnerTokenProps | undefined,
  from: TokenSource,
): void {
  if (token === undefined) return;
  if (SOURCES.includes(from)) checkOptions(faults, token, RUNNER_OPTIONS, from);
  if (token.secret !== undefined) checkObjectName(faults, 'secret', token.secret);
  if (token.key !== undefined) checkDataKey(faults, 'key', token.key, 'token');
  checkNotEmpty(faults, token, ['storeKey', 'property', 'version']);
}

function checkOptions<Options extends object>(
  faults: Faults,
  options: Options,
  owners: Record<string, TokenSource>,
  from: TokenSource,
): void {
  for (const [option, value] of Object.entries(options)) {
    const owner = owners[option];
    if (owner === undefined || owner === from || value === undefined) continue;
    const rule = `the option is for tokens from "${owner}", and these come from "${from}"`;
    faults.add(option, value, rule, `leave it out, or write tokens: { from: '${owner}' } for the fleet`);
  }
}

function checkNotEmpty<Options extends object>(
  faults: Faults,
  options: Options,
  fields: readonly (keyof Options & string)[],
): void {
  for (const field of fields) {
    if (options[field] === '')
      faults.add(field, '', 'an empty text finds nothing in a store', 'leave it out');
  }
}
