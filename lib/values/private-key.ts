/** Where a key in PEM goes on: line breaks, also in a text within another, and signs of comments and quotations. */
const BREAKS = String.raw`(?:\\+[nr]|[\s#>*"',;|])`;

/** What stands between the lines of a key. */
export const KEY_BREAKS = new RegExp(BREAKS, 'g');

/** How the first line of a private key in PEM or PGP begins, whatever follows. */
export const KEY_HEADING = /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY/;

/** The beginning of a private key in PEM or PGP, or a whole one of age. */
export const PRIVATE_KEY = new RegExp(
  `${KEY_HEADING.source}(?: BLOCK)?-----${BREAKS}*(?:[A-Za-z0-9+/]{16}|Proc-Type)|AGE-SECRET-KEY-1[0-9A-Z]{50}`,
);
