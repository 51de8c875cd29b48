import { load, YAMLException } from 'js-yaml';

/** Scope of a ciphertext: what it is bound to. */
export type SealedScope = 'strict' | 'namespace-wide' | 'cluster-wide';

/** A sealed token as it is committed: the ciphertext beside what it was sealed for. */
export interface SealedTokenFile {
  readonly namespace: string;
  readonly name: string;
  readonly scope: SealedScope;
  readonly ciphertext: string;
}

/** The text of a sealed token file. */
export function formatSealedTokenFile({ namespace, name, scope, ciphertext }: SealedTokenFile): string {
  return `namespace: ${namespace}\nname: ${name}\nscope: ${scope}\nciphertext: ${ciphertext}\n`;
}

const FIELDS = ['namespace', 'name', 'scope', 'ciphertext'] as const;
const SCOPES: readonly string[] = ['strict', 'namespace-wide', 'cluster-wide'];

/** Reads a sealed token file, or says as a sentence, without quoting the text, why it can't be read. */
export function parseSealedTokenFile(text: string): SealedTokenFile | string {
  const content = text.trim() === '' ? undefined : parseText(text);
  if (content instanceof YAMLException) return `the file is not YAML (line ${(content.mark?.line ?? 0) + 1})`;
  if (typeof content !== 'object' || content === null)
    return `the file is empty; it has the fields ${FIELDS.join(', ')}`;
  const record = content as Record<string, unknown>;
  const missing = FIELDS.filter((field) => typeof record[field] !== 'string' || record[field] === '');
  if (missing.length > 0) return `the file lacks ${missing.join(', ')}`;
  if (!SCOPES.includes(record.scope as string)) return `scope is one of ${SCOPES.join(', ')}`;
  const { namespace, name, scope, ciphertext } = record as unknown as SealedTokenFile;
  return { namespace, name, scope, ciphertext };
}

function parseText(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (error instanceof YAMLException) return error;
    throw error;
  }
}
