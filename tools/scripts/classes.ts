import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clustersOf } from '../../lib/cluster/clusters';
import { observe, type Subject } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { readFolder } from '../../lib/cluster/read-folder';
import { planBursts } from '../../lib/plan/burst';
import { printPlans } from '../../lib/report/plan-text';
import { classFigures, managersTable } from './class-figures';
import { type ClassExample, classesPage, examplePage } from './class-pages';
import { comparedTable } from './compared-figures';
import { staleFiles } from './stale-examples';

/** Order of the table: from what everyone needs to what few do. */
export const EXAMPLES = [
  'sizes',
  'trust-tiers',
  'processor-ladder',
  'accelerators',
  'rootless-builds',
  'multi-arch-image',
  'docker-in-docker',
  'prewarm',
  'thousand-jobs',
  'fargate',
  'auto-mode',
] as const;

/** What the page of a thousand jobs asks the planner. */
const BURST = { jobs: 1000, minutes: 5, requestSeconds: 0.5, addresses: 2000, usdPerHour: 50 };
const BURST_RUNNER = 'production-arm64-spot';

/** The page with the table of classes. */
export const README = 'README.md';

/** What the proof sees of a rendered folder, all clusters. */
export function subjectsOf(folder: string): readonly Subject[] {
  return clustersOf(folder, parseManifests(readFolder(folder)).manifests).map(({ manifests }) =>
    observe(manifests),
  );
}

/** The examples as their folders have them. The runners that several examples have are the default ones, not theirs. */
export function readExamples(): readonly ClassExample[] {
  const subjects = new Map(EXAMPLES.map((name) => [name, subjectsOf(join('examples', name, 'dist'))]));
  // The fleet of main.ts, which every example changes a little.
  const [karpenter] = subjectsOf('dist');
  return EXAMPLES.map((name) => {
    const others = new Set(
      EXAMPLES.filter((other) => other !== name)
        .flatMap((other) => subjects.get(other) ?? [])
        .flatMap(({ runners }) => runners.map(({ config }) => config.text)),
    );
    const figures = (subjects.get(name) ?? []).flatMap((subject) =>
      classFigures({ ...subject, runners: subject.runners.filter(({ config }) => !others.has(config.text)) }),
    );
    const plans = (subjects.get(name) ?? []).flatMap((subject) => planBursts(subject, BURST, BURST_RUNNER));
    return {
      name,
      all: (subjects.get(name) ?? []).flatMap(classFigures),
      plan: printPlans(plans),
      compared: comparedTable(karpenter, (subjects.get(name) ?? [])[0]),
      managers: managersTable((subjects.get(name) ?? [])[0]),
      readme: readFileSync(join('examples', name, 'README.md'), 'utf8'),
      figures,
    };
  });
}

/** Folders of examples, whether the table names them or not. */
export function exampleFolders(): readonly string[] {
  return readdirSync('examples', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** The main.ts of an example, as it is compiled beside this file. */
function compiled(name: string): string {
  return join(__dirname, '../../examples', name, 'main.js');
}

/** Writes the figures of every example and the table of classes, unless an example is not rendered as it is described. */
function writeClasses(): void {
  const stale = EXAMPLES.filter((name) => staleFiles(join('examples', name), compiled(name)).length > 0);
  if (stale.length > 0) {
    console.error(
      `dist/ is not what main.ts renders: ${stale.join(', ')}. Figures would be wrong, so none are written. Run npm run examples first.`,
    );
    process.exitCode = 1;
    return;
  }
  const examples = readExamples();
  for (const example of examples)
    writeFileSync(join('examples', example.name, 'README.md'), examplePage(example));
  writeFileSync(README, classesPage(readFileSync(README, 'utf8'), examples));
}

if (require.main === module) writeClasses();
