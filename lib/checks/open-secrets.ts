import type { RunnerConfig } from '../cluster/config-files';
import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import type { OtherManifest } from '../cluster/parse';
import { isOfHelm, openKeysOf } from '../cluster/secret-sources';
import { isWorkload } from '../cluster/workloads';
import { holdsPrivateKey, lineOfPrivateKey } from '../sealed-secrets/leaks';
import { holdsPlainToken, plainTokensIn } from '../sealed-secrets/plain-token';
import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { type Comment, commentsOf } from './comments';
import type { FieldOfManifest, Finding } from './finding';
import { joinedTokens } from './joined-variables';
import { isLiteral, isOpenVariable, isSecretName, type OpenSecrets, openSecretsIn } from './open-texts';
import { SECRET_RULES } from './secret-rules';

const { finding } = SECRET_RULES;

/** Tokens, passwords and keys that stand in plain: in objects, in files beside them, in comments and in a config.toml. */
export function openSecretFindings(subject: Subject): Finding[] {
  const { manifests, configs } = subject;
  const others = subject.others.filter(({ other }) => other !== 'text' && other !== 'unread');
  const all = [...manifests, ...others];
  const quiet = new Set<string>();
  return [
    ...manifests.flatMap((one) => objectFindings(one, quiet)),
    ...others.flatMap((one) => otherFindings(one, quiet)),
    ...all.flatMap(variableFindings),
    ...configs.flatMap(configFindings),
    ...commentFindings(all),
    ...joinedTokens({ manifests, others }).map((place) => plainToken(place)),
    ...besideFindings(subject.others),
  ];
}

function objectFindings(manifest: Manifest, quiet: Set<string>): Finding[] {
  const isSecret = manifest.kind === 'Secret';
  const found = textFindings(manifest, !isSecret, quiet);
  // The token in it is reported already.
  return isSecret && found.length === 0 ? secretFindings(manifest) : found;
}

/** What texts of an object give away, each place once. */
function textFindings(manifest: Manifest, withCredentials: boolean, quiet: Set<string>): Finding[] {
  if (!isOpenAnywhere(manifest.body, quiet)) return [];
  return openPlaces(manifest.body, []).flatMap(({ path, hasToken, credentials, isUnread }) => {
    const place = { manifest, path };
    if (hasToken) return [plainToken(place)];
    return [
      ...(withCredentials ? credentials.map((what) => credential(place, what)) : []),
      ...(isUnread ? [unreadText(place)] : []),
    ];
  });
}

/**
 * Whether there is anything to look for: most objects give nothing away, and no way to their texts is needed.
 *
 * @param quiet texts that give nothing away: most stand in many objects, and are read once
 */
function isOpenAnywhere(value: unknown, quiet: Set<string>): boolean {
  if (typeof value === 'string') return isOpenText(value, quiet);
  if (typeof value !== 'object' || value === null) return false;
  for (const key of Object.keys(value)) {
    if (isOpenAnywhere((value as Record<string, unknown>)[key], quiet)) return true;
    if (key.length >= LONGEST_NAME && isOpenText(key, quiet)) return true;
  }
  return false;
}

function isOpenText(text: string, quiet: Set<string>): boolean {
  if (quiet.has(text)) return false;
  if (openText(text, []).length > 0) return true;
  quiet.add(text);
  return false;
}

interface OpenPlace extends OpenSecrets {
  readonly path: FieldPath;
}

/** Characters up to which a key is a name, and no secret. */
const LONGEST_NAME = 16;

/** Ways to the texts that give something away; to the table where a key does. */
function openPlaces(value: unknown, path: FieldPath): OpenPlace[] {
  if (typeof value === 'string') return openText(value, path);
  if (Array.isArray(value)) return value.flatMap((item, index) => openPlaces(item, [...path, index]));
  return Object.entries(fieldsOf(value)).flatMap(([key, item]) => {
    const below = openPlaces(item, [...path, key]);
    return key.length < LONGEST_NAME ? below : [...openText(key, path), ...below];
  });
}

function openText(text: string, path: FieldPath): OpenPlace[] {
  const open = openSecretsIn(text);
  return open.hasToken || open.credentials.length > 0 || open.isUnread ? [{ path, ...open }] : [];
}

function plainToken(place: FieldOfManifest, within = ''): Finding {
  return finding('plain-token', {
    severity: 'error',
    at: place,
    found: `a plain token${within} (hidden)`,
    why: isOfHelm(place.manifest)
      ? 'everyone who can read the values, or what Helm renders of them, can use it'
      : 'everyone who can read the repository can use it',
    fix: 'revoke it in GitLab, seal a new one',
  });
}

function credential(place: FieldOfManifest, what: string): Finding {
  return finding('plain-credential', {
    severity: 'error',
    at: place,
    found: `${what} (hidden)`,
    why: 'everyone who can read the repository can use it',
    fix: 'revoke it, and read a new one from a Secret that is sealed or comes from a store',
  });
}

function unreadText(place: FieldOfManifest): Finding {
  return finding('unread', {
    severity: 'warning',
    at: place,
    found: 'a packed text of more than 4 MiB',
    why: 'it is not unpacked here: nothing tells whether a token is in it',
    fix: 'store it elsewhere, or as it is',
  });
}

/** Files beside manifests: tokens in them, and in one note those that can't be read. */
function besideFindings(others: readonly OtherManifest[]): Finding[] {
  const unread = others.filter(({ other }) => other === 'unread');
  const more = unread.length > NAMED_MOST ? `, and ${unread.length - NAMED_MOST} more` : '';
  const names = unread.slice(0, NAMED_MOST).map(({ file, body }) => `${file} (${body.why})`);
  const texts = others.filter(({ other }) => other === 'text');
  return [
    ...texts.filter(({ fileText }) => holdsPlainToken(fileText ?? '')).map(tokenBeside),
    ...texts.filter(({ fileText }) => holdsPrivateKey(fileText ?? '')).map(keyBeside),
    ...(unread.length === 0
      ? []
      : [
          finding('unread', {
            severity: 'note',
            at: { manifest: unread[0], path: [] },
            found: `${names.join(', ')}${more}`,
            why: 'a file that is not read as text is only searched for tokens in plain text, not for those that are encoded or packed',
            fix: 'look at it, or keep it elsewhere',
          }),
        ]),
  ];
}

/** Most files that a finding names. */
const NAMED_MOST = 5;

/** A private key in a file that is not a manifest: that of the sealing certificate opens every sealed token. */
function keyBeside(file: OtherManifest): Finding {
  const line = lineOfPrivateKey(file.fileText ?? '') ?? 1;
  const lineOf = () => line - 1 + Number(file.body.line);
  return credential({ manifest: { ...file, lineOf }, path: [] }, 'a private key');
}

/** A token in a file that is not a manifest, or in its name. */
function tokenBeside(file: OtherManifest): Finding {
  const { within } = file.body;
  const place = { manifest: { ...file, lineOf: () => lineOfToken(file) }, path: [] };
  return plainToken(place, within === '' ? '' : ` in ${String(within)}`);
}

/** The first line, from 1, that holds a token; the first of all where it takes several. */
function lineOfToken({ fileText, body }: OtherManifest): number {
  const line = (fileText ?? '').split('\n').findIndex(holdsPlainToken);
  return Math.max(0, line) + Number(body.line);
}

/** A Secret whose values can be read. One that Helm has rendered, out of values, is not what people commit. */
function secretFindings(manifest: Manifest): Finding[] {
  if (openKeysOf(manifest).length === 0) return [];
  const rendered = isOfHelm(manifest);
  return [
    finding('plain-secret', {
      severity: rendered ? 'warning' : 'error',
      at: { manifest, path: [manifest.body.data === undefined ? 'stringData' : 'data'] },
      found: 'a Secret (values hidden)',
      why: `base64 is not encryption: whoever reads ${rendered ? 'what Helm has rendered' : 'the repository'} reads the Secret`,
      fix: 'commit a SealedSecret or an ExternalSecret',
    }),
  ];
}

/** A file that is not an object: values of a chart, a kustomization. */
function otherFindings(other: OtherManifest, quiet: Set<string>): Finding[] {
  // Not YAML before it is rendered.
  if (other.other === 'template')
    return textFindings({ ...other, body: { text: other.fileText } }, true, quiet);
  const found = textFindings(other, other.other !== 'encrypted', quiet);
  return found.length > 0 || other.other !== 'kustomization' ? found : generatorFindings(other);
}

/** Secrets that Kustomize makes of what stands in the file. */
function generatorFindings(manifest: Manifest): Finding[] {
  return listOf(manifest.body.secretGenerator).flatMap((generator, index) => {
    const literals = listOf(fieldsOf(generator).literals).map(String);
    const isOpen = literals.some((one) => isLiteral(one.slice(one.indexOf('=') + 1)));
    if (!isOpen) return [];
    return [
      finding('plain-secret', {
        severity: 'error',
        at: { manifest, path: ['secretGenerator', index, 'literals'] },
        found: 'literals of a Secret (hidden)',
        why: 'whoever reads the repository reads the Secret that Kustomize makes of them',
        fix: 'commit a SealedSecret or an ExternalSecret',
      }),
    ];
  });
}

/** Variables that say by their name that they are secret, with a value: of containers, ConfigMaps and generators. */
function variableFindings(manifest: Manifest): Finding[] {
  return variablesOf(manifest)
    .filter(([, name, value]) => isOpenVariable(name, value) && !givesAway(value))
    .map(([path, name]) => openVariable({ manifest, path }, name));
}

/** Whether it is reported as what it is. */
function givesAway(value: string): boolean {
  const { hasToken, credentials } = openSecretsIn(value);
  return hasToken || credentials.length > 0;
}

type Variable = readonly [path: FieldPath, name: string, value: string];

function variablesOf(manifest: Manifest): readonly Variable[] {
  const { body, kind } = manifest;
  if (kind === 'ConfigMap') {
    return Object.entries(fieldsOf(body.data)).flatMap(([name, value]): Variable[] =>
      typeof value === 'string' && isSecretName(name) ? [[['data', name], name, value]] : [],
    );
  }
  if (isWorkload(manifest)) return containerVariables(body);
  return listOf(body.configMapGenerator).flatMap((generator, index) =>
    listOf(fieldsOf(generator).literals).map((one, place): Variable => {
      const [name, value] = assignment(String(one));
      return [['configMapGenerator', index, 'literals', place], name, value];
    }),
  );
}

function containerVariables(body: Manifest['body']): Variable[] {
  return ['initContainers', 'containers'].flatMap((list) => {
    const containers: FieldPath = ['spec', 'template', 'spec', list];
    return listOf(at(body, containers)).flatMap((container, index) =>
      listOf(fieldsOf(container).env).map((one, place): Variable => {
        const { name, value } = fieldsOf(one);
        return [[...containers, index, 'env', place], textOf(name) ?? '', textOf(value) ?? ''];
      }),
    );
  });
}

function assignment(text: string): readonly [name: string, value: string] {
  const end = text.indexOf('=');
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}

function openVariable(place: FieldOfManifest, name: string): Finding {
  return finding('plain-variable', {
    severity: 'warning',
    at: place,
    found: `${name} (value hidden)`,
    why: 'by its name the variable is secret, and everyone who can read the repository can read it',
    fix: 'read it from a Secret that is sealed or comes from a store; a variable of jobs belongs in GitLab',
  });
}

/** Keys of a config.toml that hold a secret. What its text gives away by its form is reported for the text. */
function configFindings({ manifest, path, parsed, text }: RunnerConfig): Finding[] {
  // Escapes of TOML hide one from who reads the text.
  const isHidden =
    text.includes('\\') && !holdsPlainToken(text) && holdsPlainToken(JSON.stringify(parsed ?? {}));
  return [...(isHidden ? [plainToken({ manifest, path })] : []), ...keyFindings({ manifest, path, parsed })];
}

function keyFindings({
  manifest,
  path,
  parsed,
}: Pick<RunnerConfig, 'manifest' | 'path' | 'parsed'>): Finding[] {
  return listOf(parsed?.runners).flatMap((runner, index) => {
    const place = (key: string) => ({ manifest, path, within: `runners[${index}].${key}` });
    const { environment, kubernetes } = fieldsOf(runner);
    const bearer = textOf(fieldsOf(kubernetes).bearer_token) ?? '';
    const variables = listOf(environment)
      .map((one) => assignment(String(one)))
      .filter(([name, value]) => isOpenVariable(name, value) && !givesAway(value));
    return [
      ...(bearer !== '' && isLiteral(bearer) && !givesAway(bearer)
        ? [credential(place('kubernetes.bearer_token'), 'a token of the API server')]
        : []),
      ...variables.map(([name]) => openVariable(place('environment'), name)),
    ];
  });
}

/** A private key in what YAML passes over. */
function commentedKey(inFile: readonly Manifest[], comments: readonly Comment[]): Finding[] {
  const text = comments.map((comment) => comment.text).join('\n');
  const line = lineOfPrivateKey(text);
  // What looks like a comment may be a line of a text, in which the key is found.
  if (line === undefined || inFile.some(({ body }) => holdsPrivateKey(JSON.stringify(body)))) return [];
  const lineOf = () => comments[line - 1].line;
  return [credential({ manifest: { ...inFile[0], lineOf }, path: [] }, 'a private key')];
}

/** Tokens and private keys in what YAML passes over. */
function commentFindings(manifests: readonly Manifest[]): Finding[] {
  const files = new Map<string, Manifest[]>();
  for (const one of manifests) {
    const inFile = files.get(one.file);
    if (inFile) inFile.push(one);
    else files.set(one.file, [one]);
  }
  return [...files.values()].flatMap((inFile) => {
    const [first] = inFile;
    const comments = commentsOf(first.fileText ?? '');
    const tokens = plainTokensIn(comments.map(({ text }) => text).join('\n'));
    if (tokens.size === 0) return commentedKey(inFile, comments);
    // What looks like a comment may be a line of a text, in which the token is found.
    const known = plainTokensIn(JSON.stringify(inFile.map(({ body }) => body)));
    if ([...tokens].every((token) => known.has(token))) return [];
    const line = comments.find(({ text }) => [...plainTokensIn(text)].some((token) => !known.has(token)));
    const lineOf = () => (line ?? comments[0]).line;
    return [plainToken({ manifest: { ...first, lineOf }, path: [] })];
  });
}
