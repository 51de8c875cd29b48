import { load } from 'js-yaml';
import { type Fields, fieldsOf, isTable } from '../values/record';
import { looksSealedWithNewline, sealedTokenFault } from './ciphertext';
import type { SealedBinding } from './encrypt';
import { runnerTokenFault } from './glrt';
import type { SealedScope } from './sealed-token-file';

/** What someone gives to be sealed: a token, or the ciphertext that kubeseal made of one. */
export type SealInput =
  | { readonly token: string }
  | { readonly ciphertext: string; readonly scope: SealedScope | undefined }
  | {
      readonly fault: string;
      /** Whether GitLab says that there is no runner: nothing is left behind there. */
      readonly noRunner?: boolean;
    };

/**
 * Tells what a text is: a `glrt-` token, GitLab's answer to `POST /user/runners`, what `kubeseal --raw` prints, or a
 * whole SealedSecret, whose name and namespace must be those of the runner's Secret. One newline at the end is the
 * pipe's. No fault quotes the text.
 */
export function readSealInput(input: string, binding: SealedBinding): SealInput {
  const text = input.replace(/\r?\n$/, '');
  const record = parseRecord(text);
  // The controller answers without a kind when it encrypts anew.
  if (record && (record.kind ?? 'SealedSecret') === 'SealedSecret' && 'spec' in record)
    return readSealedSecret(record, binding);
  if (record) return readAnswer(record);
  if (runnerTokenFault(text) === undefined) return { token: text };
  const fault = foreignFault(text);
  if (fault === undefined) return { ciphertext: text, scope: undefined };
  return { fault: looksSealed(text) ? fault : (runnerTokenFault(text) ?? fault) };
}

/** Why what someone else sealed is not taken. */
function foreignFault(ciphertext: string): string | undefined {
  const fault = sealedTokenFault(ciphertext);
  if (fault !== undefined || !looksSealedWithNewline(ciphertext)) return fault;
  return 'by its length the token was sealed with the newline at its end, and GitLab would refuse it: give the token itself to this command, or to kubeseal by printf %s';
}

/** Whether a text begins as ciphertexts do, for keys of 4096, 3072 and 2048 bits. */
function looksSealed(text: string): boolean {
  return /^A[gYQ][A-D]/.test(text);
}

function readAnswer(record: Record<string, unknown>): SealInput {
  const { token, message, error } = record;
  if (typeof token === 'string') {
    const fault = runnerTokenFault(token);
    return fault === undefined ? { token } : { fault: `the token in GitLab's answer: ${fault}` };
  }
  const said = [message, error].find((one) => one !== undefined);
  if (record.kind !== undefined) return { fault: 'this is a manifest, but no SealedSecret' };
  return said === undefined
    ? { fault: 'this is an answer without a token' }
    : { fault: `GitLab created no runner, it said: ${printable(said)}`, noRunner: true };
}

/** What a server said, without what a terminal would obey, and without words that may be a token in some disguise. */
function printable(said: unknown): string {
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  return text
    .replace(/[\p{Cc}]/gu, ' ')
    .replace(/[\w%.+/=-]{20,}/g, '(hidden)')
    .slice(0, 300);
}

function readSealedSecret(record: Record<string, unknown>, binding: SealedBinding): SealInput {
  const metadata = fieldsOf(record.metadata);
  const scope = scopeOf(fieldsOf(metadata.annotations));
  const wrong = (['namespace', 'name'] as const).find(
    (field) => metadata[field] !== binding[field] && bindsTo(scope, field),
  );
  if (wrong) {
    return {
      fault: `the SealedSecret is for another ${wrong}: the controller opens it only where metadata.${wrong} is ${binding[wrong]}`,
    };
  }
  const texts = Object.values(fieldsOf(fieldsOf(record.spec).encryptedData));
  if (texts.length !== 1 || typeof texts[0] !== 'string')
    return { fault: `the SealedSecret has ${texts.length} keys, and a runner's has one` };
  const fault = foreignFault(texts[0]);
  return fault === undefined ? { ciphertext: texts[0], scope } : { fault };
}

function bindsTo(scope: SealedScope, field: 'namespace' | 'name'): boolean {
  return scope === 'strict' || (scope === 'namespace-wide' && field === 'namespace');
}

/** Cluster-wide wins where both are set, as in the controller. */
function scopeOf(annotations: Record<string, unknown>): SealedScope {
  if (annotations['sealedsecrets.bitnami.com/cluster-wide'] === 'true') return 'cluster-wide';
  return annotations['sealedsecrets.bitnami.com/namespace-wide'] === 'true' ? 'namespace-wide' : 'strict';
}

/** YAML and JSON are read alike; a parser's message would quote the text, so that it is dropped. */
function parseRecord(text: string): Fields | undefined {
  try {
    const value = load(text);
    return isTable(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
