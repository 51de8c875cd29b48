import { canonicalConfig } from '../gitlab-runner/config/canonical';
import type { FieldPath } from '../values/field-path';
import { type Fields, textsOf } from '../values/record';
import { tableOfToml } from '../values/toml';
import type { Manifest } from './manifest';
import { containersOf, isWorkload } from './workloads';

/** A file of an object that a runner may read. */
export interface ConfigText {
  readonly manifest: Manifest;
  readonly path: FieldPath;
  /** Key of the ConfigMap or Secret; undefined for a file that a script writes. */
  readonly key: string | undefined;
  readonly text: string;
  /** Whether a script writes it, with what the shell makes of it. */
  readonly isScripted: boolean;
}

/** The entry of a runner in any spelling of TOML that GitLab Runner reads. */
const HAS_RUNNERS = /^[ \t]*(?:\[\[\s*["']?runners["']?\s*\]\]|["']?runners["']?\s*=\s*\[)/im;
const IS_SCRIPT = /^\s*#!/;
const HEREDOC = /<<(-?)\s*(['"]?)(\w+)\2[^\n]*\n([\s\S]*?)\n[ \t]*\3[ \t]*(?:\n|$)/g;

/** Whether a file holds `[[runners]]`. */
export function hasRunners(text: string): boolean {
  return HAS_RUNNERS.test(text);
}

/** A config.toml as a table, with the keys that the runner has for them; undefined where it does not parse. */
export function tableOfConfig(text: string): Fields | undefined {
  const table = tableOfToml(text);
  return table && canonicalConfig(table);
}

/** The texts of ConfigMaps and Secrets, base64 resolved; other objects have none. */
export function textsOfObject(manifest: Manifest): readonly ConfigText[] {
  const { kind, apiVersion, body } = manifest;
  if (apiVersion !== 'v1' || (kind !== 'ConfigMap' && kind !== 'Secret')) return [];
  const fields: [field: string, isEncoded: boolean][] =
    kind === 'ConfigMap'
      ? [
          ['data', false],
          ['binaryData', true],
        ]
      : [
          ['data', true],
          ['stringData', false],
        ];
  return fields.flatMap(([field, isEncoded]) =>
    Object.entries(textsOf(body[field])).map(([key, value]) => ({
      manifest,
      path: [field, key],
      key,
      text: isEncoded ? Buffer.from(value, 'base64').toString('utf8') : value,
      isScripted: false,
    })),
  );
}

/** Files with `[[runners]]`: texts of ConfigMaps and Secrets, and what scripts write between two marks. */
export function configTexts(manifests: readonly Manifest[]): readonly ConfigText[] {
  return manifests.flatMap((manifest) => {
    const files = textsOfObject(manifest).flatMap((file) => {
      if (isScript(file.text)) return written(file);
      return hasRunners(file.text) || file.key === 'config.template.toml' ? [file] : [];
    });
    return isWorkload(manifest) ? [...files, ...commandTexts(manifest, manifests)] : files;
  });
}

/** A file that parses is not a script, whatever its comments hold. */
function isScript(text: string): boolean {
  const looksSo = IS_SCRIPT.test(text) || /<<-?\s*['"]?\w/.test(text);
  return looksSo && tableOfConfig(text)?.runners === undefined;
}

function commandTexts(manifest: Manifest, manifests: readonly Manifest[]): readonly ConfigText[] {
  return containersOf(manifest, manifests).flatMap(({ path, command, environment }) =>
    command.flatMap((text) =>
      written(
        { manifest, path, key: undefined, text, isScripted: true },
        (name) => environment.get(name)?.value,
      ),
    ),
  );
}

const SHELL_VARIABLE = /(?<!\\)\$(?:\{(\w+)\}|(\w+))/g;

/**
 * The files that a script writes between two marks, with the variables that the shell puts in as far as their values are known.
 * Between marks in quotes it puts in none.
 */
function written(script: ConfigText, lookUp: (name: string) => string | undefined = () => undefined) {
  return [...script.text.matchAll(HEREDOC)]
    .filter(([, , , , text]) => hasRunners(text))
    .map(([, , quote, , text]) => ({
      ...script,
      text:
        quote === ''
          ? text.replace(SHELL_VARIABLE, (all, braced, plain) => lookUp(braced ?? plain) ?? all)
          : text,
      isScripted: true,
    }));
}
