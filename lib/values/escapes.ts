/** A way to write characters as codes: what a code looks like, and the character that it stands for. */
interface Escape {
  readonly code: RegExp;
  readonly decode: (...parts: readonly string[]) => string;
}

const hex = (digits: string) => String.fromCharCode(Number.parseInt(digits, 16));

const ESCAPES: readonly Escape[] = [
  // Of URLs.
  { code: /%([0-9A-Fa-f]{2})/g, decode: (_, digits) => hex(digits) },
  // Of mail (quoted-printable), which also breaks lines with them.
  { code: /=(?:([0-9A-Fa-f]{2})|[ \t]*\r?\n)/g, decode: (_, digits) => (digits ? hex(digits) : '') },
  // Of JSON, JavaScript and shells, also as a text within another.
  {
    code: /\\{1,8}(?:x([0-9A-Fa-f]{2})|u(?:00([0-9A-Fa-f]{2})|\{0{0,4}([0-9A-Fa-f]{2})\})|0?([01][0-7]{2}))/g,
    decode: (_, byte, unit, point, octal) =>
      octal ? String.fromCharCode(Number.parseInt(octal, 8)) : hex(byte ?? unit ?? point),
  },
  // Of HTML and XML.
  {
    code: /&#(?:x0{0,4}([0-9A-Fa-f]{2})|0{0,4}(\d{2,3}));?/gi,
    decode: (_, digits, decimal) => (digits ? hex(digits) : String.fromCharCode(Number(decimal))),
  },
];

/** Each character with a zero behind it or in front: UTF-16, read as bytes. */
const WIDE = /(?:[\x20-\x7e]\0){8}|(?:\0[\x20-\x7e]){8}/;

/** What a text stands for where it writes characters as codes, once for each way in which it does. */
export function* unescaped(text: string): Generator<string> {
  for (const { code, decode } of ESCAPES) {
    code.lastIndex = 0;
    if (code.test(text)) yield text.replace(code, decode);
  }
  if (WIDE.test(text)) yield text.replaceAll('\0', '');
}
