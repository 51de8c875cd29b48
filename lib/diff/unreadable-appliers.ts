import type { SourceFile } from '../cluster/manifest';
import type { ParsedManifests } from '../cluster/parse';
import type { Impact } from './rule';

/**
 * Files outside of a folder that can't be read here and may say how it is applied: Flux and Argo CD read YAML otherwise, and what
 * they find there is not known.
 *
 * @param folder from the top of the repository
 */
export function unreadableImpacts(
  folder: string,
  files: readonly SourceFile[],
  { faults }: Pick<ParsedManifests, 'faults'>,
): readonly Impact[] {
  const unread = new Set(faults.map(({ at }) => at.file));
  return files
    .filter(({ path, text, unreadable }) => unread.has(path) && (unreadable !== undefined || mayApply(text)))
    .map(({ path }) => ({
      id: 'left-out',
      weight: 'security',
      object: path,
      what: `It can't be read here, and may change how ${folder}/ is applied.`,
      why: 'Flux, Argo CD or kustomize may read what this program does not, and no rule judges what they find.',
    }));
}

/** Whether a text may name what applies folders, written out or by escapes. Tags can spell any text. */
export function mayApply(text: string): boolean {
  const plain = text
    .replace(/\\x([\da-f]{2})|\\u([\da-f]{4})|\\U([\da-f]{8})/gi, (_, ...digits) => {
      const code = Number.parseInt(
        digits.slice(0, 3).find((one) => one !== undefined),
        16,
      );
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    })
    .replace(/\\\r?\n\s*/g, '');
  return /fluxcd|argoproj|kustomiz/i.test(plain) || /!!binary|^%TAG/m.test(plain);
}
