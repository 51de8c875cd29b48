import { holdsPlainToken } from './plain-token';

export { holdsPlainToken, withoutTokens } from './plain-token';

/**
 * Ciphertexts of sealed-secrets, judged by their shape: base64 of a two-byte length, an RSA block of that length
 * (the modulus: 256, 384 or 512 bytes) and an AES-GCM body with a tag of 16 bytes.
 * @see bitnami-labs/sealed-secrets pkg/crypto/crypto.go
 */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const MODULUS_BYTES = [256, 384, 512];
const TAG_BYTES = 16;

/** Bytes of the shortest runner token: `glrt-` and 20 characters. @see https://docs.gitlab.com/security/tokens/ */
const SHORTEST_TOKEN_BYTES = 25;
/** One byte more than `glrt-` and 20 characters, and than `glrt-t1_` and 20 characters. */
const WITH_NEWLINE_BYTES = [26, 29];

/** Why a text is not a sealed runner token: not the shape of a ciphertext, or too few bytes in it. */
export function sealedTokenFault(text: string): string | undefined {
  const fault = ciphertextFault(text);
  if (fault !== undefined) return fault;
  const payload = payloadBytes(text);
  if (payload === 0) return 'what is sealed is an empty text, and no token';
  if (payload < SHORTEST_TOKEN_BYTES)
    return `what is sealed has ${payload} bytes and a runner's token at least ${SHORTEST_TOKEN_BYTES}: it is another text, or part of one`;
  return undefined;
}

/**
 * Whether a ciphertext that someone else made holds a token with the newline of `echo`, told by its length. A token with
 * the prefix of an instance can have the same length, so that this is asked where there is another way.
 */
export function looksSealedWithNewline(ciphertext: string): boolean {
  return WITH_NEWLINE_BYTES.includes(payloadBytes(ciphertext));
}

/** Bytes of what a ciphertext holds: everything but its own parts. */
export function payloadBytes(ciphertext: string): number {
  const bytes = Buffer.from(ciphertext, 'base64');
  return bytes.length - 2 - bytes.readUInt16BE(0) - TAG_BYTES;
}

/** Why a text is not a ciphertext, as a sentence without the text; undefined where it has the shape of one. */
export function ciphertextFault(text: string): string | undefined {
  if (holdsPlainToken(text))
    return 'this is a plain token, not a ciphertext: revoke it in GitLab, it has been on disk';
  if (/\s$/.test(text)) return 'the ciphertext ends in white space';
  if (!BASE64.test(text) || text.length % 4 !== 0)
    return 'a ciphertext is base64 on one line, the output of `kubeseal --raw`';
  const bytes = Buffer.from(text, 'base64');
  const modulus = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (!MODULUS_BYTES.includes(modulus))
    return 'the text is base64 of something else than a ciphertext of sealed-secrets';
  // What is sealed may be an empty text.
  const least = 2 + modulus + TAG_BYTES;
  if (bytes.length < least)
    return `the ciphertext is cut off: ${bytes.length} bytes, at least ${least} are needed`;
  return undefined;
}
