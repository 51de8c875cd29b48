import { Command, Option } from 'commander';
import { clustersOf } from '../cluster/clusters';
import { needsOf } from '../cluster/needs';
import { observe } from '../cluster/observe';
import { parseManifests } from '../cluster/parse';
import { readFolder, UnreadableFolder } from '../cluster/read-folder';
import { fileProblemText } from '../report/file-problem';
import { type ClusterNeeds, printNeedsJson, printNeedsMarkdown, printNeedsText } from '../report/needs';
import { withoutTokens } from '../sealed-secrets/ciphertext';

const HELP = `
It reads the same YAML as check: ServiceAccounts, Secrets, ConfigMaps, claims, classes and stores that managers, jobs and
ExternalSecrets name, and what nodes and caches need of AWS. What is among the manifests is found there; JSON lists it too.

Declare what exists elsewhere on any object: annotation gitlab-runner-fleet/existing: <Kind>/<namespace>/<name>

Exit code: 0 whatever is needed, 2 unusable input.`;

type Format = 'text' | 'json' | 'markdown';

const PRINTERS: Record<Format, (clusters: readonly ClusterNeeds[]) => string> = {
  text: printNeedsText,
  json: printNeedsJson,
  markdown: printNeedsMarkdown,
};

/** `needs [folder]`: what the runners of a folder of manifests need that it does not make. */
export function needsCommand(): Command {
  return (
    new Command('needs')
      .usage('[options] [folder]')
      .description('List what a fleet needs that its manifests do not make, and what asks for it.')
      .argument('[folder]', 'folder or file of YAML', 'dist')
      .addOption(
        new Option('-f, --format <format>', 'how to print').choices(Object.keys(PRINTERS)).default('text'),
      )
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((folder: string, { format }: { readonly format: Format }) => {
        process.exitCode = needs(folder, format);
      })
  );
}

function needs(folder: string, format: Format): number {
  try {
    const { manifests, faults } = parseManifests(readFolder(folder));
    for (const fault of faults) console.error(withoutTokens(fileProblemText(fault)));
    if (faults.length > 0) return 2;
    const clusters = clustersOf(folder, manifests).map(({ name, manifests: own }) => ({
      cluster: name,
      needs: needsOf(observe(own)),
    }));
    process.stdout.write(withoutTokens(PRINTERS[format](clusters)));
    return 0;
  } catch (error) {
    if (!(error instanceof UnreadableFolder)) throw error;
    console.error(error.message);
    return 2;
  }
}
