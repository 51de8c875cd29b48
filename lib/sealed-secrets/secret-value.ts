import { KEY_HEADING, PRIVATE_KEY } from '../values/private-key';
import { holdsPlainToken } from './ciphertext';

const NAME =
  /PASSWORD|PASSWD|TOKEN|SECRET|PRIVATE_?KEY|ACCESS_?KEY|ACCOUNT_?KEY|AUTH_CONFIG|CREDENTIALS?$|API_?KEY/i;
/** Secrets by what they hold: an address with a password, a private key. */
const HELD = [/\/\/[^/@\s:]+:[^/@\s]+@/, KEY_HEADING, PRIVATE_KEY];

/**
 * Whether a value must not be written into a description, which is committed: by its name, or by what it holds. A variable
 * that is filled in later, and a path, are not secrets.
 */
export function isSecret(name: string, value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  if (holdsPlainToken(value) || HELD.some((pattern) => pattern.test(value))) return true;
  return NAME.test(name) && !/^\$|^\/|^(?:true|false|\d{1,6})$/i.test(value);
}

/** `NAME=value`, with a value that stands there itself. */
const ASSIGNED = /\b([A-Za-z_]\w*)=(?:(["'])([^"'$`\n]+)\2|([^\s"'$`;&|()]{6,}))/g;

/** What of a script is a secret: the variable that it is given to, or how it is sent; undefined where it holds none. */
export function secretInScript(script: string): string | undefined {
  if (isSecret('', script)) return 'a token';
  for (const [, name, , quoted, bare] of script.matchAll(ASSIGNED))
    if (isSecret(name, quoted ?? bare)) return `a value of ${name}`;
  return /\bBearer [\w.~+/-]{12,}/.test(script) ? 'a bearer token' : undefined;
}
