import { gunzipSync, inflateSync, constants as zlib } from 'node:zlib';

/** Most bytes that packed texts within one text may hold together. */
export const MOST_UNPACKED_BYTES = 4 * 1024 * 1024;

/** How much may still be unpacked of one text, and whether something was too large for that. */
export interface UnpackBudget {
  bytes: number;
  isSpent: boolean;
}

/** What gzip writes first. */
const GZIP = '\x1f\x8b\x08';
/** What zlib writes first, by level. */
const ZLIB = ['x\x01', 'x\x5e', 'x\x9c', 'x\xda'];

/**
 * What gzip or zlib has packed within bytes, as far as the budget goes; undefined where nothing is packed.
 *
 * @param bytes as a text of Latin-1: gzip may begin anywhere in it
 */
export function unpacked(bytes: string, budget: UnpackBudget): string | undefined {
  const start = bytes.indexOf(GZIP);
  if (start < 0 && !ZLIB.includes(bytes.slice(0, 2))) return undefined;
  const input = Buffer.from(start < 0 ? bytes : bytes.slice(start), 'latin1');
  try {
    const settings = { maxOutputLength: Math.max(1, budget.bytes), finishFlush: zlib.Z_SYNC_FLUSH };
    const text = (start < 0 ? inflateSync : gunzipSync)(input, settings).toString('latin1');
    budget.bytes -= text.length;
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return undefined;
    budget.isSpent = true;
    return undefined;
  }
}
