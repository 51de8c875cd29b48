/** Characters that mean nothing to sh, bash or zsh, wherever they stand in a word. */
const PLAIN = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=-]*$/;

/** A text as one word of a shell's command line: as it is where no shell reads anything into it, else in single quotes. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
