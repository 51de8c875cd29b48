import { isPlainToken } from '../sealed-secrets/plain-token';
import { readings, UNREAD } from '../values/encoded';
import { PRIVATE_KEY } from '../values/private-key';

/** What of a text nobody but its owner may read. */
export interface OpenSecrets {
  readonly hasToken: boolean;
  /** What else, as a person calls it: `a private key`. */
  readonly credentials: readonly string[];
  /** Whether it holds something packed that is too large to be read. */
  readonly isUnread: boolean;
}

const PATTERNS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', PRIVATE_KEY],
  // The name of a key and, close to it, the key: one alone opens nothing.
  [
    'an access key of AWS',
    /\bA(?:KIA|SIA)(?![A-Z0-9]*EXAMPLE)[A-Z2-7]{16}\b[\s\S]{1,120}?(?<![A-Za-z0-9/+])(?![0-9a-f]{40}\b)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/,
  ],
  [
    'a token of another service',
    /\bgh[opsur]_[A-Za-z0-9]{36}|\bgithub_pat_\w{22}|\bdckr_pat_[\w-]{20}|\bxox[abprs]-[\w-]{20}|\bAIza[\w-]{35}|\bnpm_[A-Za-z0-9]{36}|\bhvs\.[\w-]{24}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
  ],
];

/** Characters of the shortest secret but a URL with a password. */
const SHORTEST = 16;
const NOTHING: OpenSecrets = { hasToken: false, credentials: [], isUnread: false };

/** What a text gives away, also encoded and packed. */
export function openSecretsIn(text: string): OpenSecrets {
  if (text.length < SHORTEST && !text.includes('@')) return NOTHING;
  const credentials = new Set<string>();
  let [hasToken, isUnread] = [false, false];
  for (const reading of readings(text)) {
    isUnread ||= reading === UNREAD;
    hasToken ||= isPlainToken(reading);
    for (const [what, pattern] of PATTERNS) if (pattern.test(reading)) credentials.add(what);
    if (reading.includes('@') && hasPasswordInUrl(reading)) credentials.add('a URL with a password');
    if (reading.includes('auths') && hasRegistryPassword(reading))
      credentials.add('credentials of a registry');
  }
  return { hasToken, credentials: [...credentials], isUnread };
}

/** User and password, from what comes before the host. */
const IN_URL = /:\/\/[^\s/?#@:'"<>]{0,256}:([^\s/?#@'"<>]{1,512})@\w/g;

function hasPasswordInUrl(text: string): boolean {
  return [...text.matchAll(IN_URL)].some(([, password]) => isLiteral(password));
}

/** What a docker config.json holds for a registry, also as a text within another. */
const REGISTRY = /\\*"(?:auth|password|identitytoken|registrytoken)\\*"\s*:\s*\\*"([^"\\]{4,})/g;

function hasRegistryPassword(text: string): boolean {
  const start = text.search(/\\*"auths\\*"\s*:/);
  return start >= 0 && [...text.slice(start).matchAll(REGISTRY)].some(([, value]) => isLiteral(value));
}

/** Words that stand for a value in examples. */
const PLACEHOLDER = /^(?:pass(?:word|wd)?|pw|secret|token|change[-_ ]?me|replace[-_ ]?me|todo|x+|\*+|\.+)$/i;

/** Whether a value is that itself: no expression that something fills in, and no word that says so. */
export function isLiteral(value: string): boolean {
  const text = value.trim();
  if (text === '' || /\$[\w{(]|%\w+%|\{\{|^<[^>]*>$|^(?:ref\+|vault:)|^ENC\[/.test(text)) return false;
  return !PLACEHOLDER.test(text);
}

/** Names of variables that hold a secret. */
const SECRET_NAME =
  /(?:^|[_.-])(?:password|passwd|passphrase|token|secret|secret[_-]?key|access[_-]?key|private[_-]?key|api[_-]?key|credentials?)$/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a variable says by its name that it is secret, and has a value of its own that may be. */
export function isOpenVariable(name: string, value: string): boolean {
  // An address, a path, a number or a word for yes and no is none.
  const isHarmless = /^(?:[./~]|[a-z]+:\/\/|\d+$|true$|false$|none$|null$)/i.test(value.trim());
  return isSecretName(name) && !isHarmless && value.trim().length >= 6 && isLiteral(value);
}
