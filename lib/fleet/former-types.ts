/** The names of `former-names.ts`, for programs: the former name of each type and the present one. */
export const FORMER_TYPES: Readonly<Record<string, string>> = {
  FleetDescription: 'RunnerFleetProps',
  RunnerDescription: 'RunnerProps',
  RunnerTokenDescription: 'RunnerTokenProps',
  NodePoolDescription: 'NodePoolProps',
  NodeClassDescription: 'NodeClassProps',
  RootVolumeDescription: 'RootVolumeProps',
  TokensDescription: 'TokensProps',
  FargateDescription: 'FargateProps',
  NetworkDescription: 'NetworkProps',
  PrewarmDescription: 'PrewarmProps',
  S3CacheDescription: 'S3CacheProps',
};

/** Release of this package that renamed them, and the first that no longer has the former names. */
const [RENAMED, REMOVED] = ['0.2.0', '0.4.0'];

/** Former names of types in the text of a program that imports this package. */
export function formerTypesIn(source: string): readonly {
  readonly key: string;
  readonly write: string;
  readonly since: string;
  readonly gone: string;
}[] {
  if (!source.includes('gitlab-runner-fleet')) return [];
  return Object.entries(FORMER_TYPES)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(source))
    .map(([key, write]) => ({ key, write, since: RENAMED, gone: REMOVED }));
}
