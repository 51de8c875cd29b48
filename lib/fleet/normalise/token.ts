import { TOKEN_DEFAULTS } from '../defaults';
import { sealedTokenFile, storeKeyPrefix, tokenSecretName } from '../names';
import type { NormalToken, SaidRunner, SealedFile } from '../normal-fleet';
import type { RunnerFleetProps } from '../props/fleet';

/** Where the token of a runner is, as the fleet says. */
export function normaliseToken(
  runner: SaidRunner,
  fleet: RunnerFleetProps,
  sealedFiles: readonly SealedFile[],
): NormalToken {
  const { token: own = {}, name } = runner;
  const { tokens = {} } = fleet;
  const secretName = tokenSecretName(name);
  switch (tokens.from ?? TOKEN_DEFAULTS.from) {
    case 'external-secret':
      return {
        from: 'external-secret',
        secretName,
        store: tokens.store ?? '',
        storeKind: tokens.storeKind ?? TOKEN_DEFAULTS.storeKind,
        storeKey: own.storeKey ?? `${tokens.keyPrefix ?? storeKeyPrefix(fleet.name)}${name}`,
        property: own.property ?? tokens.property,
        version: own.version,
        refreshInterval: tokens.refreshInterval ?? TOKEN_DEFAULTS.refreshInterval,
      };
    case 'existing-secret':
      return {
        from: 'existing-secret',
        secretName: own.secret ?? secretName,
        key: own.key ?? TOKEN_DEFAULTS.key,
      };
    default: {
      const file = sealedTokenFile(fleet.name, name);
      const content = sealedFiles.find((one) => one.file === file)?.content;
      return {
        from: 'sealed-secret',
        secretName,
        file,
        sealed: typeof content === 'object' ? content : undefined,
      };
    }
  }
}
