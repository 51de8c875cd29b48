import colors from 'picocolors';
import type { Colors } from '../report/colors';

/** Colors where a stream is a terminal that shows them; plain text elsewhere. */
export function palette(stream: NodeJS.WriteStream): Colors {
  return colors.createColors(stream.isTTY === true && colors.isColorSupported);
}
