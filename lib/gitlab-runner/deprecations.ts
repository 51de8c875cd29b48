import type { ConfigToml } from './config/toml';
import { flagEnd } from './feature-flags';
import { compareReleases } from './releases';

/** A key of config.toml that GitLab Runner is going to drop, or has dropped. */
export interface Deprecation {
  /** Path of the key in the file, for example `runners.cache.s3.UploadRoleARN`. */
  readonly key: string;
  /** What to write instead; undefined if it has no successor. */
  readonly write: string | undefined;
  /** Release that brought what replaces it. */
  readonly since: string;
  /** First release without it, as far as that is announced. */
  readonly gone?: string;
}

/**
 * Keys that GitLab Runner itself calls deprecated. `[]` in a path is any entry of a list.
 * @see gitlab-runner 19.4 common/config.go, common/cache_config.go, helpers/featureflags/flags.go
 */
const KEYS: readonly Deprecation[] = [
  { key: 'runners[].cache.s3.UploadRoleARN', write: 'RoleARN', since: '17.8.0' },
  ...(['log_dir', 'max_backup_files', 'max_rotation_age', 'labels'] as const).map((name) => ({
    key: `experimental.usage_logger.${name}`,
    write: `logrotate.${name}`,
    since: '19.2.0',
  })),
  {
    key: 'runners[].feature_flags.FF_USE_FASTZIP',
    write: undefined,
    since: '19.4.0',
    gone: '19.7.0',
  },
];

/**
 * What a config.toml says that is deprecated up to a release: keys, and feature flags that some release no longer has.
 *
 * @param version the release that is looked at: what is replaced only later is left out, unless its end is announced
 */
export function deprecationsIn(config: ConfigToml, version: string): readonly Deprecation[] {
  const keys = KEYS.filter(({ key }) => isSaid(config, key.split('.'))).filter(
    ({ since, gone }) => gone !== undefined || compareReleases(since, version) <= 0,
  );
  return [...keys, ...endedFlags(config)].map((one) => ({ ...one, key: one.key.replace('[]', '') }));
}

/** Feature flags of the runner's table that a release removed: from then on they say nothing. */
function endedFlags({ runners }: ConfigToml): readonly Deprecation[] {
  const said = runners.flatMap(({ feature_flags }) => Object.keys(feature_flags ?? {}));
  return [...new Set(said)].flatMap((name) => {
    const gone = flagEnd(name);
    if (gone === undefined) return [];
    return [{ key: `runners.feature_flags.${name}`, write: undefined, since: gone, gone }];
  });
}

function isSaid(value: unknown, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  const name = step.replace('[]', '');
  const inner = (value as Readonly<Record<string, unknown>>)[name];
  if (!step.endsWith('[]')) return isSaid(inner, rest);
  return Array.isArray(inner) && inner.some((one) => isSaid(one, rest));
}
