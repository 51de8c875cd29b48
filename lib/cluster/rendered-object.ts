import { RUNNER_KEY } from '../contract';
import { at } from '../values/record';
import type { Manifest } from './manifest';
import { HEADER } from './rendered-text';

/** Whether this product wrote an object: by the first line of its file, or by its label. */
export function isRenderedObject({ fileText, body }: Manifest): boolean {
  return fileText?.startsWith(HEADER) === true || at(body, ['metadata', 'labels', RUNNER_KEY]) !== undefined;
}
