import type { PipelineJob } from '../../lib/pipelines/job';
import { joined } from '../../lib/pipelines/problem';
import type { ProjectFiles } from '../../lib/pipelines/project-files';
import { type Pipeline, type ReadSettings, readPipeline } from '../../lib/pipelines/read';

/** Files of a project by their paths. */
export function projectOf(files: Readonly<Record<string, string>>): ProjectFiles {
  return {
    read: (path) => (files[path] === undefined ? undefined : { path, text: files[path] }),
    list: () => Object.keys(files),
  };
}

/** A pipeline as `.gitlab-ci.yml` of a project with these files. */
export function pipelineOf(
  text: string,
  files: Readonly<Record<string, string>> = {},
  settings: ReadSettings = {},
): Pipeline {
  return readPipeline({ path: '.gitlab-ci.yml', text }, projectOf(files), settings);
}

/** The one job of a name. */
export function jobOf({ jobs }: Pipeline, name: string): PipelineJob {
  const found = jobs.filter((job) => job.name === name);
  if (found.length !== 1)
    throw new Error(`${found.length} jobs ${name} among ${jobs.map((job) => job.name).join(', ')}`);
  return found[0];
}

/** Tags by job. */
export function tagsOf({ jobs }: Pipeline): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(jobs.map(({ name, tags }) => [name, tags]));
}

/** Problems as `rule line found`. */
export function saidOf({ problems }: Pick<Pipeline, 'problems'>): readonly string[] {
  return joined(problems).map(
    ({ id, at, found }) => `${id.replace('pipelines/', '')} ${at.file}:${at.line} ${found}`,
  );
}
