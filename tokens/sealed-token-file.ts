import { parseDocument } from 'yaml';

/** Scope of a ciphertext: what it is bound to. */
export type SealedScope = 'strict' | 'namespace-wide' | 'cluster-wide';

/** A sealed token as it is committed: the ciphertext beside what it was sealed for. */
export interface SealedTokenFile {
  readonly namespace: string;
  readonly name: string;
  readonly scope: SealedScope;
  readonly ciphertext: string;
}

const FIELDS = ['namespace', 'name', 'scope', 'ciphertext'] as const;
const SCOPES: readonly string[] = ['strict', 'namespace-wide', 'cluster-wide'];

/** Reads a sealed token file, or says as a sentence, without quoting the text, why it can't be read. */
export function parseSealedTokenFile(text: string): SealedTokenFile | string {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    const line = document.errors[0].linePos?.[0].line;
    return `the file is not YAML${line === undefined ? '' : ` (line ${line})`}`;
  }
  const content: unknown = document.toJS();
  if (typeof content !== 'object' || content === null)
    return `the file is empty; it has the fields ${FIELDS.join(', ')}`;
  const record = content as Record<string, unknown>;
  const missing = FIELDS.filter((field) => typeof record[field] !== 'string' || record[field] === '');
  if (missing.length > 0) return `the file lacks ${missing.join(', ')}`;
  if (!SCOPES.includes(record.scope as string)) return `scope is one of ${SCOPES.join(', ')}`;
  const { namespace, name, scope, ciphertext } = record as unknown as SealedTokenFile;
  return { namespace, name, scope, ciphertext };
}
