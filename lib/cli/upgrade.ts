import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { FolderError } from '../app/dist-folder';
import { renderFleets } from '../app/render';
import { readSealedFolder } from '../app/sealed-folder';
import { DescriptionError } from '../fleet/fault';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import { resolveFleets } from '../fleet/resolve-fleets';
import { printUpgrade, printUpgradeJson } from '../report/upgrade-text';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { isUpToDate, planUpgrade } from '../upgrade/plan';
import { type Asked, UnusableTarget } from '../upgrade/target';
import { complain } from './complain';
import { AppError, describedFleets } from './describe-app';
import { palette } from './palette';

const HELP = `
Renders the description with newer releases in memory and says what merging each would do, what has to be upgraded first,
which lines of main.ts to change, and what is outdated. It writes nothing and asks no server: it knows the releases that were
published before this version of gitlab-runner-fleet.

Examples:
  npx runner-fleet upgrade                          the next releases of everything
  npx runner-fleet upgrade --runner 19.3.0          one release of GitLab Runner
  npx runner-fleet upgrade --ami al2023@v20260812   one image of nodes

Exit code: 0 nothing newer among the releases that it knows, 1 something can be upgraded or is outdated, 2 unusable input, for example a release that is
older than those in use.`;

interface UpgradeOptions extends Asked {
  readonly json: boolean;
}

/** `upgrade`: newer releases for what main.ts describes, and what each does. */
export function upgradeCommand(): Command {
  return (
    new Command('upgrade')
      .description('Say which newer releases there are for the fleets, and what each changes.')
      .option('--runner <version>', 'release of GitLab Runner to look at, for example 19.3.0')
      .option('--ami <alias>', 'image of nodes to look at, for example al2023@v20260812')
      .option('--json', 'print JSON', false)
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((options: UpgradeOptions) => {
        process.exitCode = upgrade(options);
      })
  );
}

function upgrade({ json, ...asked }: UpgradeOptions): number {
  try {
    const described = describedFleets();
    const sealed = readSealedFolder('sealed');
    const resolved = resolveFleets(described, sealed);
    const plan = planUpgrade({
      fleets: described.map((said, index) => ({ said, resolved: resolved[index] })),
      asked,
      source: existsSync('main.ts') ? readFileSync('main.ts', 'utf8') : '',
      render: (fleets: readonly RunnerFleetProps[]) =>
        renderFleets(resolveFleets(fleets, sealed)).map(({ path, text }) => ({ path: `dist/${path}`, text })),
    });
    process.stdout.write(
      withoutTokens(json ? printUpgradeJson(plan) : printUpgrade(plan, palette(process.stdout), new Date())),
    );
    return isUpToDate(plan) ? 0 : 1;
  } catch (error) {
    const kinds = [AppError, DescriptionError, FolderError, UnusableTarget];
    if (!kinds.some((kind) => error instanceof kind)) throw error;
    complain((error as Error).message);
    return 2;
  }
}
