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
  const fault = logins.map(loginFault).find((one) => one !== undefined);
  if (fault !== undefined) return { fault };
  return { config: dockerConfig(logins), registries: logins.map(({ registry }) => addressOf(registry)) };
}

/** A pull secret as `kubectl create secret docker-registry` makes it. */
function dockerConfig(logins: readonly RegistryLogin[]): string {
  const auths = logins.map(({ registry, user, password }) => [
    addressOf(registry),
    { username: user, password, auth: Buffer.from(`${user}:${password}`).toString('base64') },
  ]);
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

/** What Docker Hub is called, and the name under which nodes look for its password. */
const DOCKER_HUB =
  /^(?:https?:\/\/)?(?:index\.|registry-1\.|hub\.|registry\.hub\.|www\.)?docker\.(?:io|com)(?:\/.*)?$/;

function addressOf(registry: string): string {
  return DOCKER_HUB.test(registry)
    ? 'https://index.docker.io/v1/'
    : registry.replace(/^https?:\/\/|\/$/g, '');
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
  const logins = Object.entries(auths).map(([registry, entry]) => loginOf(registry, fieldsOf(entry)));
  const missing = logins.indexOf(undefined);
  return missing < 0
    ? logins.flatMap((login) => login ?? [])
    : `${printable(Object.keys(auths)[missing])} has no password in this file: Docker keeps it in the credential store of this computer. Give registry, user and password as three lines`;
}

function loginOf(registry: string, entry: Record<string, unknown>): RegistryLogin | undefined {
  const [user, password] = [textOf(entry.username), textOf(entry.password)];
  if (user && password) return { registry, user, password };
  const auth = Buffer.from(textOf(entry.auth) ?? '', 'base64').toString('utf8');
  const end = auth.indexOf(':');
  return end < 1 || end === auth.length - 1
    ? undefined
    : { registry, user: auth.slice(0, end), password: auth.slice(end + 1) };
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
  if (ECR.test(registry))
    return `${place} is ECR, whose passwords last 12 hours: nodes pull from it with their role, see docs/private-registries.md`;
  if (user === '') return `the user of ${place} is empty`;
  if (user.includes(':')) return `the user of ${place} has a colon in it, which separates user and password`;
  if (password === '') return `the password of ${place} is empty`;
  if (/[\r\n]/.test(password)) return `the password of ${place} has more than one line`;
  if (password !== password.trim()) return `the password of ${place} begins or ends with white space`;
  return undefined;
}

/** The name of a registry, without control characters of a terminal. */
function printable(registry: string): string {
  return registry.replace(/[^\w.:/-]/g, '?').slice(0, 100);
}
