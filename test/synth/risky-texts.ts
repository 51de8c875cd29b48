/** Texts that writers leave without quotes, or write raw, and that kubectl reads as something else or not at all. */
export const RISKY_TEXTS: readonly string[] = [
  '0o17',
  '-0O7',
  '1e_3',
  '6E_6',
  '+_81',
  '6e27_',
  '7.e6_3',
  '1_000',
  'echo "x\u2028y"\n',
  'a\u0085b',
  'del\u007f',
  '\ufeffmark',
  '\tindented\nby a tab\n',
  ' \tindented\nby both\n',
  ' \n',
  '\n  \n',
];
