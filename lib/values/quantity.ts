/**
 * Kubernetes quantities, exact: `100m`, `1.5`, `2Gi`, `1e3`.
 *
 * A quantity is held as a number of nano-units in a bigint, the finest step that Kubernetes knows.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export type Quantity = bigint;

const NANO = 1_000_000_000n;

const DECIMAL_EXPONENT: Record<string, number> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

const BINARY_STEP: Record<string, bigint> = { Ki: 1n, Mi: 2n, Gi: 3n, Ti: 4n, Pi: 5n, Ei: 6n };

const SHAPE = /^([+-]?)(\d+\.?\d*|\.\d+)(?:(Ki|Mi|Gi|Ti|Pi|Ei)|([eE][+-]?\d{1,3})|([numkMGTPE]?))$/;

/** Kubernetes cuts off what is larger than the largest whole number of 64 bits. */
const MOST = (2n ** 63n - 1n) * NANO;

const read = new Map<string, Quantity | undefined>();

/** Most texts that are remembered; manifests repeat few. */
const REMEMBERED = 10_000;

/** Reads a quantity, or returns undefined where Kubernetes would refuse the text. Parts below a nano-unit round up. */
export function parseQuantity(text: string): Quantity | undefined {
  const known = read.get(text);
  if (known !== undefined || read.has(text)) return known;
  if (read.size >= REMEMBERED) read.clear();
  const quantity = parse(text);
  read.set(text, quantity);
  return quantity;
}

function parse(text: string): Quantity | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const [, sign, digits, binary, exponent, decimal] = match;
  const [whole, fraction = ''] = digits.split('.');
  const significand = BigInt(`${whole}${fraction}` || '0');
  const magnitude = binary
    ? ceilDivide(significand * NANO * 1024n ** BINARY_STEP[binary], 10n ** BigInt(fraction.length))
    : scale(significand, decimalExponent(exponent, decimal) - fraction.length + 9);
  const within = magnitude > MOST ? MOST : magnitude;
  return sign === '-' ? -within : within;
}

/** Reads a quantity that has been validated. @throws RangeError for any other text */
export function quantityOf(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new RangeError(`"${text}" is not a quantity`);
  return quantity;
}

/** Whether a count of CPUs is larger than any machine has: a unit of bytes was meant for something else. */
export function isBytesAsCpu(quantity: Quantity): boolean {
  return toUnits(quantity) > 10_000;
}

/** Whether a count of bytes is less than a mebibyte: `512m` are thousandths, and `4096` are bytes. */
export function isByteSlip(quantity: Quantity): boolean {
  return toUnits(quantity) < 1024 * 1024;
}

/** Whether an amount is more than Kubernetes counts, and was cut off. */
export function isBeyondCount(quantity: Quantity): boolean {
  return quantity >= MOST;
}

/** What was meant where `isByteSlip` holds: the same number as mebibytes, for example `512Mi` for `512m`. */
export function inMebibytes(text: string): string {
  return withUnit(text, 'Mi');
}

/** The number of a text with another unit. */
export function withUnit(text: string, unit: 'Mi' | 'Gi'): string {
  return `${text.replace(/[a-zA-Z]+$/, '') || '1'}${unit}`;
}

/** Whole milli-units (of a CPU, say), rounded up. */
export function toMilli(quantity: Quantity): number {
  return Number(ceilDivide(quantity, NANO / 1000n));
}

/** Whole units (bytes, say), rounded up. */
export function toUnits(quantity: Quantity): number {
  return Number(ceilDivide(quantity, NANO));
}

/** The canonical decimal form that the API server would store: `1500m` as `1500m`, `2000m` as `2`. */
export function formatDecimal(quantity: Quantity): string {
  const steps: [string, number][] = [
    ['E', 27],
    ['P', 24],
    ['T', 21],
    ['G', 18],
    ['M', 15],
    ['k', 12],
    ['', 9],
    ['m', 6],
    ['u', 3],
    ['n', 0],
  ];
  return largestWhole(
    quantity,
    steps.map(([suffix, digits]) => [suffix, 10n ** BigInt(digits)]),
  );
}

/** The canonical binary form that the API server would store: `1024Mi` as `1Gi`; fractions of a byte round up. */
export function formatBinary(quantity: Quantity): string {
  const units = ceilDivide(quantity, NANO);
  const steps = Object.entries(BINARY_STEP).reverse();
  return largestWhole(units, [
    ...steps.map(([suffix, step]): [string, bigint] => [suffix, 1024n ** step]),
    ['', 1n],
  ]);
}

/** The quantity of a whole number of milli-units. */
export function milli(count: number): Quantity {
  return (BigInt(count) * NANO) / 1000n;
}

/** The quantity of a whole number of mebibytes. */
export function mebibytes(count: number): Quantity {
  return BigInt(count) * 1024n * 1024n * NANO;
}

function decimalExponent(exponent: string | undefined, suffix: string): number {
  return exponent ? Number(exponent.slice(1)) : DECIMAL_EXPONENT[suffix];
}

function scale(value: bigint, exponent: number): bigint {
  return exponent >= 0 ? value * 10n ** BigInt(exponent) : ceilDivide(value, 10n ** BigInt(-exponent));
}

function ceilDivide(value: bigint, by: bigint): bigint {
  return value > 0n ? (value + by - 1n) / by : value / by;
}

function largestWhole(value: bigint, steps: [string, bigint][]): string {
  if (value === 0n) return '0';
  const found = steps.find(([, size]) => value % size === 0n) ?? ['', 1n];
  return `${value / found[1]}${found[0]}`;
}
