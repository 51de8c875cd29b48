import { Command, Option } from 'commander';
import { clustersOf } from '../cluster/clusters';
import type { Manifest } from '../cluster/manifest';
import { needsOf } from '../cluster/needs';
import { observe } from '../cluster/observe';
import { type OtherManifest, parseManifests } from '../cluster/parse';
import { readPaths, UnreadableFolder } from '../cluster/read-folder';
import { unrenderedOf } from '../cluster/unrendered';
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

/** `needs [folders]`: what the runners of a folder of manifests need that it does not make. */
export function needsCommand(): Command {
  return (
    new Command('needs')
      .usage('[options] [folders]')
      .description('List what a fleet needs that its manifests do not make, and what asks for it.')
      .argument('[folders...]', 'folders and files of YAML, or - (default: dist)')
      .addOption(
        new Option('-f, --format <format>', 'how to print').choices(Object.keys(PRINTERS)).default('text'),
      )
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((paths: readonly string[], { format }: { readonly format: Format }) => {
        process.exitCode = needs(paths.length > 0 ? paths : ['dist'], format);
      })
  );
}

function needs(paths: readonly string[], format: Format): number {
  try {
    const { files, root } = readPaths(paths);
    const { manifests, faults, others } = parseManifests(files);
    for (const fault of faults) console.error(withoutTokens(fileProblemText(fault)));
    if (faults.length > 0) return 2;
    // What is not an object belongs to no cluster: the first one shows it.
    const clusters = clustersOf(root, manifests).map(({ name, manifests: own }, index) =>
      clusterNeeds(name, own, index === 0 ? others : []),
    );
    process.stdout.write(withoutTokens(PRINTERS[format](clusters)));
    return 0;
  } catch (error) {
    if (!(error instanceof UnreadableFolder)) throw error;
    console.error(error.message);
    return 2;
  }
}

function clusterNeeds(
  cluster: string | undefined,
  manifests: readonly Manifest[],
  others: readonly OtherManifest[],
): ClusterNeeds {
  const subject = observe(manifests);
  const isNode = ({ kind }: Manifest) => ['NodePool', 'EC2NodeClass', 'NodeClass'].includes(kind);
  return {
    cluster,
    needs: needsOf(subject),
    unrendered: unrenderedOf(manifests, others).filter(({ what }) => what !== 'a kustomization'),
    isEmpty: subject.runners.length + subject.unread.length === 0 && !manifests.some(isNode),
  };
}
