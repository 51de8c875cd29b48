/**
 * The judge without cdk8s, as functions over YAML files or parsed objects, whoever wrote them:
 * `import { check, diff, judgePipeline, plan } from 'gitlab-runner-fleet/proof'`. No function reads files, the environment or a clock,
 * but for `readFolder`.
 */
import { runChecks } from './checks/all';
import { duplicatesOf } from './cluster/clusters';
import type { Manifest, SourceFile } from './cluster/manifest';
import { type Need, needsOf } from './cluster/needs';
import { type CheckSettings, observe as observeManifests, type Subject } from './cluster/observe';
import { manifestsOf, parseManifests } from './cluster/parse';
import { type ClusterDiff, diffCluster } from './diff/all';
import { fleetOfSubject } from './pipelines/fleet';
import { judgePipeline as judgeAgainst, type PipelineReport } from './pipelines/judge-pipeline';
import type { MatchSettings } from './pipelines/match-settings';
import type { ProjectFiles } from './pipelines/project-files';
import { type ReadSettings, readPipeline } from './pipelines/read';
import { type BurstPlan, type BurstQuestion, planBursts } from './plan/burst';
import { fileProblemText } from './report/file-problem';
import { makeReport, type Report } from './report/report';

export type { CheckResult } from './checks/all';
export type { Finding } from './checks/finding';
export type { Manifest, SourceFile } from './cluster/manifest';
export type { Asker, Need, NeedKind } from './cluster/needs';
export { type CheckSettings, DEFAULT_CHECK_SETTINGS, type Subject } from './cluster/observe';
export { readFolder } from './cluster/read-folder';
export type { ClusterDiff } from './diff/all';
export type { Impact, Weight } from './diff/rule';
export type { PipelineReport } from './pipelines/judge-pipeline';
export type { JobVerdict } from './pipelines/match';
export type { MatchSettings } from './pipelines/match-settings';
export type { Offer } from './pipelines/offer';
export type { PipelineProblem } from './pipelines/problem';
export type { ProjectFiles } from './pipelines/project-files';
export type { ReadSettings } from './pipelines/read';
export type { BurstPlan, BurstQuestion, BurstTerm } from './plan/burst';
export type { Problem, Severity } from './problem';
export type { Report, RunnerRow } from './report/report';

/** The objects of one cluster: YAML files with their paths, or objects as a YAML or JSON parser returns them. */
export type Objects = readonly SourceFile[] | readonly KubernetesObject[];

/** A parsed Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string };
}

/** Input that can't be judged: YAML that doesn't parse, what is not an object, an object that is there twice. */
export class UnusableObjects extends Error {
  override readonly name = 'UnusableObjects';
}

/**
 * What the proof sees in the objects of one cluster: pools with their instance types, runners with their job pods and
 * where these land.
 *
 * @throws UnusableObjects with every reason, if any of the objects can't be read
 */
export function observe(objects: Objects, settings?: CheckSettings): Subject {
  return observeManifests(read(objects), settings);
}

/**
 * Proves that every job pod lands, fits and finishes.
 *
 * @param settings what the cluster brings that no manifest says; the usual daemonsets of EKS by default
 * @returns findings, with those that are silenced, and a row for each runner
 * @throws UnusableObjects with every reason, if any of the objects can't be read
 */
export function check(objects: Objects, settings?: CheckSettings): Report {
  const subject = observe(objects, settings);
  return makeReport(undefined, subject, runChecks(subject));
}

/**
 * What a change does: to running jobs, nodes, tags, cost and capacity.
 *
 * @throws UnusableObjects with every reason, if any of the objects can't be read
 */
export function diff(before: Objects, after: Objects): ClusterDiff {
  return diffCluster(read(before), read(after));
}

/**
 * What binds when many jobs start at once, for each runner whose jobs land somewhere.
 *
 * @param runner plans this runner alone, with or without its fleet's name in front
 * @throws UnusableObjects with every reason, if any of the objects can't be read
 */
export function plan(objects: Objects, question: BurstQuestion, runner?: string): readonly BurstPlan[] {
  return planBursts(observe(objects), question, runner);
}

/**
 * Which runners take the jobs of a pipeline, what these cost there, and what is wrong with them.
 *
 * @param file the `.gitlab-ci.yml`, with its path from the top of its project
 * @param project reads the files that it includes
 * @param objects the runners and pools of one cluster
 * @param settings variables and inputs that are known, and whether pipelines are for protected branches alone
 * @returns a verdict for each job, and every problem at once; what only GitLab can fetch is not judged
 * @throws UnusableObjects with every reason, if any of the objects can't be read
 */
export function judgePipeline(
  file: SourceFile,
  project: ProjectFiles,
  objects: Objects,
  settings: ReadSettings & MatchSettings = {},
): PipelineReport {
  return judgeAgainst(readPipeline(file, project, settings), fleetOfSubject(observe(objects)), settings);
}

/**
 * What managers, jobs and nodes need, with the fields that ask for it and whether the objects make it.
 *
 * @throws UnusableObjects with every reason, if any of the objects can't be read
 */
export function needs(objects: Objects): readonly Need[] {
  return needsOf(observe(objects));
}

function read(objects: Objects): readonly Manifest[] {
  const files = objects.filter(isFile);
  const others = objects.filter((one) => !isFile(one));
  const parsed = [parseManifests(files), manifestsOf(others)];
  const manifests = parsed.flatMap((one) => one.manifests);
  const faults = [...parsed.flatMap((one) => one.faults), ...duplicatesOf(manifests)];
  if (faults.length === 0) return manifests;
  throw new UnusableObjects(faults.map(fileProblemText).join('\n'));
}

function isFile(one: SourceFile | KubernetesObject): one is SourceFile {
  return 'text' in one && 'path' in one;
}
