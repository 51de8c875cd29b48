import { displayName, type Manifest } from '../cluster/manifest';
import type { CostLine } from './types';

/** The object that a line is of, in words that print. */
export function placeOf(manifest: Manifest): Pick<CostLine, 'object' | 'file'> {
  return { object: displayName(manifest), file: manifest.file };
}
