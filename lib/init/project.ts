/** What reconciles the rendered folders. */
export const GITOPS = ['flux', 'argo', 'none'] as const;
export type Gitops = (typeof GITOPS)[number];

/** What tests a merge request. */
export const CI = ['gitlab', 'github', 'none'] as const;
export type Ci = (typeof CI)[number];

/** What starts the nodes of a fleet; the first is the default of a description. */
export const COMPUTE = ['karpenter', 'eks-auto-mode'] as const;
export type Compute = (typeof COMPUTE)[number];

/** Everything that the files of a new project depend on. */
export interface Project {
  readonly name: string;
  /** Name of the EKS cluster; undefined where it is that of the fleet. */
  readonly clusterName?: string;
  readonly compute: Compute;
  readonly gitlabUrl: string;
  /** Folder of the project below the top of its repository, for example `clusters/runners`; empty for the top. */
  readonly folder: string;
  readonly gitops: Gitops;
  /** Name of the GitRepository that Flux reads. */
  readonly gitRepository: string;
  /** Address of the repository; Flux gets a GitRepository for it, and Argo CD can't do without. */
  readonly repositoryUrl?: string;
  readonly ci: Ci;
  /** Stage of the jobs in a pipeline of GitLab. */
  readonly stage: string;
  /** How package.json refers to this package: a version, or the tarball that it was installed from. */
  readonly packageReference: string;
  /** Versions of the other packages, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A file of a new project. */
export interface PlannedFile {
  /** Path from the top of the repository. */
  readonly path: string;
  readonly text: string;
  /** What to change by hand in a file that is there already; undefined where it serves as it is. */
  readonly todo?: (existing: string) => string | undefined;
}

/** Path from the top of the repository to a file of the project. */
export function below(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}
