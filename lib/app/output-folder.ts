import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { FolderError } from './dist-folder';

/** Environment variable: a folder to render into instead of `dist/`, with the same guarantees. */
export const OUTPUT_FOLDER = 'RUNNER_FLEET_OUTPUT';

/** Name of the one file that `synth()` writes into a stage: all objects, for the cdk8s CLI to list or to print. */
export const STAGE_FILE = 'fleets.yaml';

/** Where rendered files are committed. */
export const DIST = 'dist';
/** `output` of cdk8s.yaml: the CLI deletes that folder before it starts the app, so it is none that anybody keeps. */
const STAGE = join('build', 'synth');

/** Where a run writes. */
export interface Output {
  /** Folder to replace; undefined where the files are for the CLI alone, which prints them (`--stdout`). */
  readonly folder: string | undefined;
  /** Folder whose files the CLI lists; undefined where there is no CLI. */
  readonly stage: string | undefined;
  /** What the person who runs this must know, as a sentence. */
  readonly warning: string | undefined;
}

/**
 * Where to render: into `dist/`, or where `RUNNER_FLEET_OUTPUT` says. `CDK8S_OUTDIR`, which the CLI sets from `output` in
 * cdk8s.yaml or from `--output`, is a stage: the CLI has deleted that folder already, so that it can't be one of anybody's.
 *
 * @throws FolderError for a folder that holds this project, and for an `--output` that is not a stage
 */
export function outputOf(env: Readonly<Record<string, string | undefined>>): Output {
  const named = env[OUTPUT_FOLDER];
  const cdk8s = env.CDK8S_OUTDIR;
  const folder = fromHere(named || DIST);
  if (holds(folder, '.'))
    throw new FolderError(`${folder} holds this project. Render into a folder of its own.`);
  if (holds('sealed', folder))
    throw new FolderError(`${folder} is for sealed tokens. Render into another folder.`);
  if (!cdk8s) return { folder, stage: undefined, warning: undefined };
  if (isSame(cdk8s, STAGE)) return { folder, stage: STAGE, warning: undefined };
  // What the CLI makes for --stdout, and our own program for itself: new, empty, and gone afterwards.
  if (isTemporary(cdk8s)) return { folder: named ? folder : undefined, stage: cdk8s, warning: undefined };
  if (!named && isSame(cdk8s, DIST)) return { folder: DIST, stage: undefined, warning: distWarning() };
  throw new FolderError(
    `cdk8s synth deletes the folder of --output, or of output in cdk8s.yaml, before it runs the app: ${fromHere(cdk8s)} is gone, if it was there. Nothing was written. Leave output: build/synth in cdk8s.yaml, and to render elsewhere run npx runner-fleet synth --output <folder>.`,
  );
}

function distWarning(): string | undefined {
  if (existsSync(DIST)) return undefined;
  return 'cdk8s synth deletes the folder of --output, or of output in cdk8s.yaml, before it runs the app: dist/ was deleted, with all that stood there, and is rendered again. If that fails: git restore dist. Leave output: build/synth in cdk8s.yaml.';
}

/** Whether a folder is another one, or one above it. Names that begin alike are not enough: /a/b is not above /a/bc. */
function holds(folder: string, inner: string): boolean {
  const way = relative(real(folder), real(inner));
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function isSame(one: string, other: string): boolean {
  return real(one) === real(other);
}

/** A path without links, as far as it exists. */
function real(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole)) return realpathSync(whole);
  return dirname(whole) === whole ? whole : join(real(dirname(whole)), basename(whole));
}

function isTemporary(folder: string): boolean {
  return existsSync(folder) && isSame(dirname(resolve(folder)), tmpdir()) && readdirSync(folder).length === 0;
}

/** A path from this folder where it is below it, else the whole path. */
function fromHere(path: string): string {
  const way = relative('.', path);
  if (way === '') return '.';
  return way === '..' || way.startsWith(`..${sep}`) ? resolve(path) : way;
}
