import { type Fields, fieldsOf, listOf } from '../../values/record';
import { nearestName } from '../../values/suggest';
import { FLAG_NAMES } from '../feature-flags';
import type { ConfigProblem } from './problem';

/** Feature flags of an entry, in `feature_flags` and in `environment`, with the key that each stands in. */
export function flagsOf({ feature_flags: flags, environment }: Fields): readonly {
  readonly name: string;
  readonly key: string;
}[] {
  const ofEnvironment = listOf(environment).flatMap((line) => /^(FF_\w+)=/.exec(String(line))?.[1] ?? []);
  return [
    ...Object.keys(fieldsOf(flags)).map((name) => ({ name, key: `feature_flags.${name}` })),
    ...ofEnvironment.map((name) => ({ name, key: 'environment' })),
  ];
}

/** Names that are nearly those of flags: the runner takes them and does nothing. */
export function flagFaults(runner: Fields, path: string): readonly ConfigProblem[] {
  return flagsOf(runner)
    .filter(({ name }) => !FLAG_NAMES.includes(name))
    .flatMap(({ name, key }) => {
      const near = nearestName(name, FLAG_NAMES);
      if (near === undefined) return [];
      return [
        {
          id: 'feature-flag',
          severity: 'warning',
          at: `${path}.${key}`,
          found: name,
          why: 'no release from 18.11 on has a feature flag of this name: the runner ignores it silently',
          fix: `write ${near}, if that is meant`,
        } as const,
      ];
    });
}
