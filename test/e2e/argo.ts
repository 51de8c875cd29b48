import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { RenderedFile } from '../../lib/app/render';
import { GitRepository } from '../../tools/engines/git-repository';
import type { KubeObject } from '../../tools/engines/kube-client';
import { api, eventually } from './running-cluster';

const APPLICATIONS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications';

const REFRESH = 'argocd.argoproj.io/refresh';

/** docs/argo-cd.md, which says what is tested here. */
export const PAGE = readFileSync('docs/argo-cd.md', 'utf8');

/** The Application that the page prints, for another fleet and repository. */
function documentedApplication(fleet: string, repoURL: string): KubeObject {
  const text = PAGE.match(/```yaml\n([\s\S]*?)```/)?.[1] ?? '';
  const { spec, ...application } = parse(text.replaceAll('production', fleet));
  return { ...application, spec: { ...spec, source: { ...spec.source, repoURL } } };
}

/** An Application of Argo CD, as documented, and the repository that it reads. */
export class Application {
  readonly path: string;

  constructor(
    private readonly fleet: string,
    private readonly repository: GitRepository = new GitRepository(),
  ) {
    this.path = `${APPLICATIONS}/gitlab-runners-${fleet}`;
  }

  /** Creates it in the cluster. The repository must have a commit. */
  async create(): Promise<void> {
    await api.create(APPLICATIONS, documentedApplication(this.fleet, this.repository.url));
  }

  async status(): Promise<KubeObject> {
    return (await api.get(this.path)).status ?? {};
  }

  /** Commits rendered files below dist/. */
  commit(files: readonly RenderedFile[]): string {
    return this.repository.commit(files.map(({ path, text }) => ({ path: `dist/${path}`, text })));
  }

  /** Commits rendered files and waits until they are applied. @returns the status from then on */
  async sync(files: readonly RenderedFile[]): Promise<KubeObject> {
    return this.synced(this.commit(files));
  }

  /**
   * Makes Argo CD look at the repository, as a webhook does, until its status is as asked for. A reconciliation that runs
   * already may lose the request: it is made again every few seconds, and each is another object than the last.
   */
  refreshUntil(what: string, is: (status: KubeObject) => boolean): Promise<KubeObject> {
    let asked = 0;
    return this.eventually(what, async (status) => {
      if (is(status)) return true;
      if (Date.now() - asked > 3000) {
        asked = Date.now();
        const annotations = { [REFRESH]: 'normal', 'example.com/asked': String(asked) };
        await api.patch(this.path, { metadata: { annotations } });
      }
      return false;
    });
  }

  /** Waits until a commit is applied, and nothing is OutOfSync. */
  async synced(commit: string): Promise<KubeObject> {
    await this.refreshUntil(`has seen ${commit}`, ({ sync }) => sync?.revision === commit);
    return this.eventually('is Synced', ({ sync, operationState }) => {
      if (sync?.revision !== commit) return false;
      if (/Failed|Error/.test(operationState?.phase)) throw new Error(operationState.message);
      return sync.status === 'Synced' && operationState?.phase === 'Succeeded';
    });
  }

  /** Waits until its objects are healthy. */
  healthy(seconds?: number): Promise<KubeObject> {
    return this.eventually('is Healthy', ({ health }) => health?.status === 'Healthy', seconds);
  }

  /** Waits until its status is as asked for. */
  eventually(
    what: string,
    is: (status: KubeObject) => boolean | Promise<boolean>,
    seconds = 120,
  ): Promise<KubeObject> {
    return eventually(
      `the Application of ${this.fleet} ${what}`,
      `gitlab-runners-${this.fleet}`,
      async () => {
        const status = await this.status();
        if (await is(status)) return status;
        const { sync, health, operationState, conditions } = status;
        throw new Error(JSON.stringify({ sync, health, operationState, conditions }).slice(0, 4000));
      },
      seconds,
    );
  }

  /** Deletes it. Its objects stay. */
  async remove(): Promise<void> {
    await api.delete(this.path);
    this.repository.remove();
  }

  /** Deletes it and its objects, but for what Argo CD must keep. */
  async removeWithObjects(): Promise<void> {
    await api.patch(this.path, { metadata: { finalizers: ['resources-finalizer.argocd.argoproj.io'] } });
    await api.delete(this.path);
    await eventually(
      `the Application of ${this.fleet} is gone`,
      `gitlab-runners-${this.fleet}`,
      async () => (await api.find(this.path)) === undefined,
      240,
    );
    this.repository.remove();
  }
}

/** Kind and name of the objects that an Application's status lists, where they are as asked for. */
export function resourcesOf(status: KubeObject, where: (resource: KubeObject) => boolean): string[] {
  return status.resources
    .filter(where)
    .map(({ kind, name }: KubeObject) => `${kind}/${name}`)
    .sort();
}
