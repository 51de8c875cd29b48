import {
  boolYaml11Tag,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  omapTag,
  pairsTag,
  Schema,
  setTag,
} from 'js-yaml';

const SIGNS_AND_DIGITS = [...'+-0123456789'];

/** Whole numbers as Go reads them: `0x1f`, `0o17` and `017`, `0b11`, `1_000`. `019` is not one. */
const integerTag = defineScalarTag('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: SIGNS_AND_DIGITS,
  resolve: (source) => {
    const match = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(
      source.replaceAll('_', ''),
    );
    if (!match) return NOT_RESOLVED;
    const [, sign, hexadecimal, binary, octal, decimal] = match;
    const bases: [string | undefined, number][] = [
      [hexadecimal, 16],
      [binary, 2],
      [octal, 8],
      [decimal, 10],
    ];
    const [digits, base] = bases.find(([text]) => text !== undefined) as [string, number];
    return sign === '-' ? -Number.parseInt(digits, base) : Number.parseInt(digits, base);
  },
  identify: () => false,
});

/** Numbers, with or without a point: `1e3`, `019`. */
const floatTag = defineScalarTag('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...SIGNS_AND_DIGITS, '.'],
  resolve: (source) => {
    const special = /^([+-]?)\.(inf|Inf|INF)$/.exec(source);
    if (special) return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    if (/^\.(nan|NaN|NAN)$/.test(source)) return Number.NaN;
    const plain = source.replaceAll('_', '');
    return /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)
      ? Number.parseFloat(plain)
      : NOT_RESOLVED;
  },
  identify: () => false,
});

/** Bytes in base64, which stand in an object as their text. */
const binaryTag = defineScalarTag('tag:yaml.org,2002:binary', {
  resolve: (source) => Buffer.from(source, 'base64').toString('utf8'),
  identify: () => false,
});

/**
 * YAML as kubectl and most controllers read it: YAML 1.1 but for dates and numbers of base 60, which are texts, and for
 * numbers, which are Go's.
 * @see resolve in go.yaml.in/yaml/v2 v2.4.3, by way of sigs.k8s.io/yaml v1.6.0
 */
export const KUBECTL_YAML = new Schema([
  ...FAILSAFE_SCHEMA.tags,
  nullYaml11Tag,
  boolYaml11Tag,
  integerTag,
  floatTag,
  mergeTag,
  binaryTag,
  omapTag,
  pairsTag,
  setTag,
]);

/** Whether kubectl reads a text without quotes as a number. */
export function isNumberToKubectl(text: string): boolean {
  return [integerTag, floatTag].some(
    (tag) =>
      tag.implicitFirstChars?.includes(text.charAt(0)) &&
      tag.resolve(text, false, tag.tagName) !== NOT_RESOLVED,
  );
}
