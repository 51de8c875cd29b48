/** The beginning of a private key in PEM, also in a text within another, or a whole one of age. */
export const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----(?:\\+[nr]|\s)*(?:[A-Za-z0-9+/]{16}|Proc-Type)|AGE-SECRET-KEY-1[0-9A-Z]{50}/;
