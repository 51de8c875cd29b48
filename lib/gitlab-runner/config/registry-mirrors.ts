import { at, listOf, textOf } from '../../values/record';

const OPTION = '--registry-mirror';

/** Mirrors that the command of a service names: a Docker daemon pulls from them. */
export function registryMirrors(kubernetes: unknown): readonly string[] {
  return listOf(at(kubernetes, ['services'])).flatMap((service) => {
    const words = listOf(at(service, ['command'])).map((word) => textOf(word) ?? '');
    return words.flatMap((word, index) => {
      if (word.startsWith(`${OPTION}=`)) return [word.slice(OPTION.length + 1)];
      return word === OPTION ? words.slice(index + 1, index + 2) : [];
    });
  });
}
