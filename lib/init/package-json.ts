import type { Project } from './project';

/** Name of this package. */
export const PACKAGE = 'gitlab-runner-fleet';
/** What a fleet is described and rendered with. */
export const RUNTIME_PACKAGES = ['cdk8s', 'constructs'] as const;
/** What it is compiled and synthesised with. */
export const TOOL_PACKAGES = ['@types/node', 'cdk8s-cli', 'typescript'] as const;

const SCRIPTS: Readonly<Record<string, string>> = {
  synth: 'CDK8S_CHECK_UPGRADE=false cdk8s synth',
  check: 'runner-fleet check',
  diff: 'runner-fleet diff',
  tokens: 'runner-fleet tokens',
  plan: 'runner-fleet plan',
  needs: 'runner-fleet needs',
  page: 'runner-fleet page',
};

type Section = Record<string, string>;
type PackageFile = Record<string, unknown> & {
  scripts?: Section;
  dependencies?: Section;
  devDependencies?: Section;
};

/** package.json of a new project. */
export function newPackageFile(project: Project): string {
  return print({
    name: `${project.name}-runners`,
    private: true,
    scripts: SCRIPTS,
    ...dependenciesOf(project),
  });
}

/** What was added to a package.json, and what was not. */
export interface PackageAdditions {
  readonly text: string;
  /** Scripts and packages that are new in it, or pinned now. */
  readonly added: readonly string[];
  /** Scripts of these names that do something else. */
  readonly otherScripts: readonly string[];
}

/**
 * A package.json with the scripts and packages that it lacks. What is there stays, with one exception: the range that
 * npm writes for this package is pinned to the version that runs.
 *
 * @returns undefined where the text is not a JSON object
 */
export function addToPackageFile(existing: string, project: Project): PackageAdditions | undefined {
  const file = parse(existing);
  if (file === undefined) return undefined;
  const known = { ...file.dependencies, ...file.devDependencies };
  const { dependencies, devDependencies } = dependenciesOf(project);
  const scripts = missingIn(file.scripts, SCRIPTS);
  const runtime = missingIn(known, dependencies);
  const tools = missingIn(known, devDependencies);
  const next: PackageFile = {
    ...file,
    scripts: { ...file.scripts, ...scripts },
    dependencies: { ...file.dependencies, ...runtime },
    devDependencies: { ...file.devDependencies, ...tools },
  };
  const pinned = pin(next, project.packageReference);
  const added = [
    ...Object.keys(scripts).map((name) => `script ${name}`),
    ...Object.entries({ ...runtime, ...tools, ...pinned }).map(([name, version]) => `${name} ${version}`),
  ];
  return {
    text: added.length === 0 ? existing : print(next, indentOf(existing)),
    added,
    otherScripts: Object.keys(SCRIPTS).filter((name) => file.scripts?.[name] && !isOurs(file.scripts, name)),
  };
}

function dependenciesOf({ packageReference, versions }: Project) {
  const of = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, versions[name]]));
  return {
    dependencies: { ...of(RUNTIME_PACKAGES), [PACKAGE]: packageReference },
    devDependencies: of(TOOL_PACKAGES),
  };
}

function parse(text: string): PackageFile | undefined {
  try {
    const file: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof file === 'object' && file !== null && !Array.isArray(file)
      ? (file as PackageFile)
      : undefined;
  } catch {
    return undefined;
  }
}

function missingIn(known: Section | undefined, wanted: Section): Section {
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => known?.[name] === undefined));
}

/** Pins what npm wrote as a range that begins at the version that runs. */
function pin(file: PackageFile, version: string): Section {
  const pinned: Section = {};
  for (const section of [file.dependencies, file.devDependencies]) {
    const range = section?.[PACKAGE];
    if (!section || (range !== `^${version}` && range !== `~${version}`)) continue;
    section[PACKAGE] = version;
    pinned[PACKAGE] = version;
  }
  return pinned;
}

/** Whether a script starts the command that ours does. */
function isOurs(scripts: Section, name: string): boolean {
  const command = name === 'synth' ? 'cdk8s synth' : `runner-fleet ${name}`;
  return scripts[name].includes(command);
}

function indentOf(text: string): string {
  return /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
}

function print(file: object, indent = '  '): string {
  return `${JSON.stringify(file, undefined, indent)}\n`;
}
