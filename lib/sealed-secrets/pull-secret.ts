import { fieldsOf, isTable, textOf } from '../values/record';
import { ciphertextFault, payloadBytes } from './ciphertext';

/** What pulls images from one registry. */
export interface RegistryLogin {
  readonly registry: string;
  readonly user: string;
  readonly password: string;
}

/** Bytes of the shortest pull secret: `{"auths":{"a.b":{"auth":"YTpi"}}}`. */
const SHORTEST_BYTES = 33;

/** Why a text is not a sealed pull secret: not the shape of a ciphertext, or too few bytes in it. */
export function sealedPullSecretFault(text: string): string | undefined {
  if (isPlainConfig(text))
    return 'this is a pull secret in plain, not a ciphertext: change its password, it has been on disk';
  const fault = ciphertextFault(text);
  if (fault !== undefined) return fault;
  const bytes = payloadBytes(text);
  return bytes < SHORTEST_BYTES
    ? `what is sealed has ${bytes} bytes and a pull secret at least ${SHORTEST_BYTES}: it is another text, or part of one`
    : undefined;
}

function isPlainConfig(text: string): boolean {
  return [text, Buffer.from(text, 'base64').toString('latin1')].some((one) => /"auths?"\s*:/.test(one));
}

/**
 * The `.dockerconfigjson` of what someone gives: three lines with registry, user and password, or a `config.json` of Docker
 * whose passwords are in it. No fault quotes the text.
 */
export function readPullSecret(
  input: string,
): { readonly config: string; readonly registries: readonly string[] } | { readonly fault: string } {
  const text = input.trim();
  if (text === '') return { fault: 'nothing was given' };
  const logins = text.startsWith('{') ? loginsOfConfig(text) : loginOfLines(input);
  if (typeof logins === 'string') return { fault: logins };
  const fault = logins.map(loginFault).find((one) => one !== undefined) ?? sameAddressFault(logins);
  if (fault !== undefined) return { fault };
  return {
    config: dockerConfig(logins),
    registries: [...new Set(logins.map(({ registry }) => addressOf(registry)))],
  };
}

/** A pull secret as `kubectl create secret docker-registry` makes it. */
function dockerConfig(logins: readonly RegistryLogin[]): string {
  const auths = logins.map(({ registry, user, password }) => [
    addressOf(registry),
    { username: user, password, auth: Buffer.from(`${user}:${password}`).toString('base64') },
  ]);
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

/** Two logins of one address: a pull secret holds one, so that the other would be lost. */
function sameAddressFault(logins: readonly RegistryLogin[]): string | undefined {
  const other = logins.find(({ registry, user, password }) =>
    logins.some(
      (one) =>
        addressOf(one.registry) === addressOf(registry) && (one.user !== user || one.password !== password),
    ),
  );
  return (
    other &&
    `${printable(addressOf(other.registry))} is there more than once, with different users or passwords, and nodes look for one: keep the one that pulls may use`
  );
}

/** What Docker Hub is called, and the name under which nodes look for its password. */
const DOCKER_HUB =
  /^(?:https?:\/\/)?(?:index\.|registry-1\.|hub\.|registry\.hub\.|www\.)?docker\.(?:io|com)(?:\/.*)?$/;

/** Docker writes the version of the API after the host; nodes pass over it there, and only with a slash at its end. */
function addressOf(registry: string): string {
  return DOCKER_HUB.test(registry)
    ? 'https://index.docker.io/v1/'
    : registry
        .replace(/^https?:\/\//, '')
        .replace(/^([^/]+)\/v[12](?:\/?$)/, '$1')
        .replace(/\/$/, '');
}

function loginOfLines(input: string): readonly RegistryLogin[] | string {
  const lines = input.replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length !== 3) return `registry, user and password are three lines, and these are ${lines.length}`;
  const [registry, user, password] = lines;
  return [{ registry: registry.trim(), user: user.trim(), password }];
}

function loginsOfConfig(text: string): readonly RegistryLogin[] | string {
  const config = parsed(text);
  const auths = isTable(config) ? fieldsOf(config).auths : undefined;
  if (!isTable(auths) || Object.keys(auths).length === 0)
    return 'a config.json of Docker has its registries under auths, and this has none there';
  const entries = Object.entries(auths).map(([registry, entry]) => ({ registry, entry: fieldsOf(entry) }));
  const fault = entries.map(entryFault).find((one) => one !== undefined) ?? helperFault(config, auths);
  return fault ?? entries.flatMap((one) => loginOf(one) ?? []);
}

interface ConfigEntry {
  readonly registry: string;
  readonly entry: Record<string, unknown>;
}

function loginOf({ registry, entry }: ConfigEntry): RegistryLogin | undefined {
  const [user, password] = [textOf(entry.username), textOf(entry.password)];
  return user && password ? { registry, user, password } : loginOfAuth(registry, textOf(entry.auth) ?? '');
}

function loginOfAuth(registry: string, text: string): RegistryLogin | undefined {
  const auth = Buffer.from(text, 'base64').toString('utf8');
  const end = auth.indexOf(':');
  return end < 1 || end === auth.length - 1
    ? undefined
    : { registry, user: auth.slice(0, end), password: auth.slice(end + 1) };
}

/** Why an entry holds no login, or not a single one. */
function entryFault(one: ConfigEntry): string | undefined {
  const { registry, entry } = one;
  const place = printable(registry);
  const auth = textOf(entry.auth) ?? '';
  if (!/^[\w+/-]*={0,2}$/.test(auth))
    return `auth of ${place} is not base64, and nodes pass over it: run docker login again, or give registry, user and password as three lines`;
  const login = loginOf(one);
  if (login === undefined)
    return entry.identitytoken !== undefined || entry.registrytoken !== undefined
      ? `${place} has a token of a login in the browser, which nodes can't use: give registry, user and password of an account that may only read, as three lines`
      : notHere(registry);
  const other = auth === '' ? login : loginOfAuth(registry, auth);
  return other?.user === login.user && other.password === login.password
    ? undefined
    : `auth of ${place} says another user or password than username and password beside it, and nodes take auth: remove what is old`;
}

function notHere(registry: string): string {
  return `${printable(registry)} has no password in this file: Docker keeps it in the credential store of this computer. Give registry, user and password as three lines`;
}

/** A registry whose password a helper program has: nothing of it is in the file, so that it would be missing unseen. */
function helperFault(config: unknown, auths: Readonly<Record<string, unknown>>): string | undefined {
  const missing = Object.keys(fieldsOf(fieldsOf(config).credHelpers)).find(
    (registry) => !Object.hasOwn(auths, registry),
  );
  return (
    missing &&
    `${printable(missing)} is in credHelpers, and its password is not in this file. Remove it there if no pod pulls from it; otherwise give registry, user and password as three lines`
  );
}

/** A parser's message would quote the text, so that it is dropped. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const REGISTRY = /^(?:https?:\/\/)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[\w./-]*)?$/i;
const ECR = /\.dkr[.-]ecr\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)/;

function loginFault({ registry, user, password }: RegistryLogin): string | undefined {
  if (!REGISTRY.test(registry))
    return 'the registry is not an address: it is a host, for example registry.example.com or registry.example.com:5000';
  const place = printable(registry);
  if (Number(/:(\d+)(?:\/|$)/.exec(registry)?.[1] ?? 1) > 65_535)
    return `${place} has a port above 65535: write that of the registry`;
  if (ECR.test(registry))
    return `${place} is ECR, whose passwords last 12 hours: nodes pull from it with their role, see docs/private-registries.md`;
  return (
    textFault(user, `the user of ${place}`) ??
    (user.includes(':') ? colonFault(place) : textFault(password, `the password of ${place}`))
  );
}

function colonFault(place: string): string {
  return `the user of ${place} has a colon in it, which separates user and password`;
}

/** What no one types and no registry takes: characters that can't be seen, or that were lost on their way. */
function textFault(text: string, what: string): string | undefined {
  if (text === '') return `${what} is empty`;
  if (/[\r\n]/.test(text)) return `${what} has more than one line`;
  if (text !== text.trim()) return `${what} begins or ends with white space`;
  if (text.includes('\ufffd'))
    return `${what} is not UTF-8, so that part of it is lost: give it in that encoding`;
  return /\p{Cc}/u.test(text)
    ? `${what} has a control character in it, for example of an arrow key: give it again`
    : undefined;
}

/** The name of a registry, without control characters of a terminal. */
function printable(registry: string): string {
  return registry.replace(/[^\w.:/-]/g, '?').slice(0, 100);
}
