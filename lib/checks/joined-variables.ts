import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { isWorkload } from '../cluster/workloads';
import { holdsPlainToken } from '../sealed-secrets/plain-token';
import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, listOf, textOf } from '../values/record';

/** Values that texts may put together, by the name of their variable. */
type Variables = Map<string, string[]>;

/** A variable in a text: of Kubernetes, of a shell and of GitLab Runner. */
const REFERENCE = /\$(?:\((\w+)\)|\{(\w+)[^}\n]{0,64}\}|(\w+))/g;
/** An assignment in a script, or in the environment of a runner. */
const ASSIGNMENT =
  /(?<![\w-])([A-Za-z_]\w{0,127})=(?:"([^"\n]{0,512})"|'([^'\n]{0,512})'|([^\s"'`;,&|)\]]{0,512}))/g;
/** Values of one name that are tried, one after the other. */
const MOST_VALUES = 16;
/** Characters of the longest part of a token, and of the longest text that is put together. */
const [LONGEST_VALUE, LONGEST_TEXT] = [512, 1024 * 1024];
/** Variables that hold variables that hold variables. */
const MOST_STEPS = 3;

/** A text that holds a token once its variables are put in. */
export interface JoinedToken {
  readonly manifest: Manifest;
  readonly path: FieldPath;
}

/** Tokens that a text puts together out of variables, each of which holds a part: `$(A)$(B)`, `${A}${B}`. */
export function joinedTokens({
  manifests,
  others,
}: Pick<Subject, 'manifests' | 'others'>): readonly JoinedToken[] {
  const all = [...manifests, ...others];
  const joining = all.filter(({ body }) => refersTo(body));
  if (joining.length === 0) return [];
  const everywhere: Variables = new Map();
  for (const one of all) addVariablesOf(one, everywhere);
  return joining.flatMap((manifest) => {
    const own: Variables = new Map();
    addVariablesOf(manifest, own);
    return textsIn(manifest.body, []).flatMap(({ path, text }) =>
      isJoined(text, own, everywhere) ? [{ manifest, path }] : [],
    );
  });
}

function refersTo(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('$');
  return typeof value === 'object' && value !== null && Object.values(value).some(refersTo);
}

function textsIn(value: unknown, path: FieldPath): readonly { path: FieldPath; text: string }[] {
  if (typeof value === 'string') return value.includes('$') ? [{ path, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  return Object.entries(fieldsOf(value)).flatMap(([key, item]) => textsIn(item, [...path, key]));
}

function isJoined(text: string, ...around: readonly Variables[]): boolean {
  const own: Variables = new Map();
  for (const [, name, ...values] of text.matchAll(ASSIGNMENT))
    add(own, name, values.find((value) => value !== undefined) ?? '');
  const scopes = [own, ...around];
  const valuesOf = (name: string) => scopes.flatMap((scope) => scope.get(name) ?? []);
  const known = new Map(namesIn(text).map((name) => [name, valuesOf(name)]));
  const most = Math.min(MOST_VALUES, Math.max(0, ...[...known.values()].map(({ length }) => length)));
  if (most === 0 || holdsPlainToken(text)) return false;
  return Array.from({ length: most }, (_, nth) => nth).some((nth) => {
    const valueIn = (name: string) => {
      const values = known.get(name) ?? valuesOf(name);
      return values[Math.min(nth, values.length - 1)];
    };
    return holdsPlainToken(expanded(text, valueIn));
  });
}

function namesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map(([, ...names]) => names.find(Boolean) ?? ''))];
}

function expanded(text: string, valueIn: (name: string) => string | undefined): string {
  let result = text;
  for (let step = 0; step < MOST_STEPS && result.includes('$'); step++) {
    let room = LONGEST_TEXT;
    const next = result.replace(REFERENCE, (whole, ...names: (string | undefined)[]) => {
      const value = valueIn(names.slice(0, 3).find(Boolean) ?? '');
      room -= value?.length ?? 0;
      return value === undefined || room < 0 ? whole : value;
    });
    if (next === result) return next;
    result = next;
  }
  return result;
}

function add(variables: Variables, name: string, value: string): void {
  if (value === '' || value.length > LONGEST_VALUE) return;
  const known = variables.get(name);
  if (known === undefined) variables.set(name, [value]);
  else if (known.length < MOST_VALUES && !known.includes(value)) known.push(value);
}

/** What an object gives to whoever reads it as variables. */
function addVariablesOf(manifest: Manifest, variables: Variables): void {
  const { body, kind } = manifest;
  if (kind === 'ConfigMap') {
    for (const [name, value] of Object.entries(fieldsOf(body.data))) addText(variables, name, value);
  }
  for (const [name, value] of isWorkload(manifest) ? containerVariables(body) : [])
    addText(variables, name, value);
  for (const generator of listOf(body.configMapGenerator))
    for (const literal of listOf(fieldsOf(generator).literals)) {
      const [name, ...value] = String(literal).split('=');
      add(variables, name, value.join('='));
    }
}

function containerVariables(body: Manifest['body']): (readonly [name: string, value: unknown])[] {
  return ['initContainers', 'containers']
    .flatMap((list) => listOf(at(body, ['spec', 'template', 'spec', list])))
    .flatMap((container) => listOf(fieldsOf(container).env).map(fieldsOf))
    .map(({ name, value }) => [textOf(name) ?? '', value]);
}

/** A value, or the assignments in a longer text. */
function addText(variables: Variables, name: string, value: unknown): void {
  if (typeof value !== 'string') return;
  add(variables, name, value);
  if (!value.includes('=')) return;
  for (const [, key, ...values] of value.matchAll(ASSIGNMENT))
    add(variables, key, values.find((one) => one !== undefined) ?? '');
}
