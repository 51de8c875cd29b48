import { holdsPlainToken } from './ciphertext';

/** Kinds of tokens that people mistake for a runner's, by how they begin. */
const OTHER_TOKENS: readonly [prefix: RegExp, what: string][] = [
  [
    /^GR\d/,
    'a registration token of the old way, which GitLab 20 removes: create the runner in GitLab first',
  ],
  [
    /^glrtr-/,
    'a registration token of the old way, which GitLab 20 removes: create the runner in GitLab first',
  ],
  [/^glpat-/, 'an access token of a person or project, which creates runners but is none'],
  [/^gl[a-z]+-/, 'a token of another kind'],
];

/** `glrt-` and what follows, after the prefix that an instance may set for all its tokens. */
const RUNNER_TOKEN = /^(?:[\w-]+-)?glrt-[\w.-]{20,}$/;

/**
 * Why a text is not a runner authentication token, as a sentence without the text; undefined where it is one.
 * @see https://docs.gitlab.com/security/tokens/
 */
export function runnerTokenFault(text: string): string | undefined {
  if (text === '') return 'nothing was given';
  if (/\s/.test(text))
    return 'a token has no white space: this has more than one line or word, or ends in a newline';
  if (RUNNER_TOKEN.test(text)) return undefined;
  if (text.includes('glrt-'))
    return 'the token is cut off, or something stands around it: at least 20 letters, digits, dashes, dots and underscores follow glrt-';
  const other = OTHER_TOKENS.find(([prefix]) => prefix.test(text));
  if (other) return `this is ${other[1]}; a runner's begins with glrt-`;
  if (holdsPlainToken(text)) return 'this is base64 of a token: give the token itself, as GitLab shows it';
  return 'this is neither a runner token, which begins with glrt-, nor a ciphertext, which begins with AgA to AgD for the default key';
}
