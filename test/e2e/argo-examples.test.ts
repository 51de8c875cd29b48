import { existsSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import type { RenderedFile } from '../../lib/app/render';
import { render } from '../fleets';
import { Application, resourcesOf } from './argo';
import { makeAutoModePoolsReady } from './auto-mode-controllers';
import { fleetsOf } from './example-fleets';
import { api } from './running-cluster';

/** Each example, and the prefix of what it makes in the cluster. */
const EXAMPLES = readdirSync('examples')
  .filter((folder) => existsSync(`examples/${folder}/cdk8s.yaml`))
  .map((folder, index) => [folder, `argo${index}`] as const);

const applications: Application[] = [];

/** Pools of many fleets would be in the way of what other tests ask Karpenter. */
afterAll(() => Promise.all(applications.map((application) => application.removeWithObjects())));

/** Of the cluster itself, for whoever provisions it, and a file below, as somebody may put it there. */
const isOfTheCluster = ({ path }: RenderedFile) => path.includes('/cluster/');
const deeper = (fleet: string): RenderedFile => ({
  path: `${fleet}/cluster/network/object.yaml`,
  text: JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'of-the-cluster', namespace: 'default' },
  }),
});

test.each(EXAMPLES)(
  'example %s is Synced and Healthy, but for what is of the cluster',
  async (example, prefix) => {
    const fleets = fleetsOf(example, prefix).map((fleet) => ({ ...fleet, name: String(fleet.prefix) }));
    expect(fleets).not.toEqual([]);
    await Promise.all(
      fleets.map(async (fleet) => {
        const files = render(fleet);
        const application = new Application(fleet.name);
        applications.push(application);
        const commit = application.commit([...files, deeper(fleet.name)]);
        await application.create();
        await application.synced(commit);
        const objects = files.map(({ text }) => parse(text));
        await makeAutoModePoolsReady(objects.filter(({ kind }) => kind === 'NodePool'));
        const status = await application.healthy();
        expect(resourcesOf(status, (resource) => resource.status !== 'Synced')).toEqual([]);
        expect(resourcesOf(status, () => true)).toEqual(
          files
            .filter((file) => !isOfTheCluster(file))
            .map(({ text }) => parse(text))
            .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
            .sort(),
        );
        if (example === 'fargate') expect(files.some(isOfTheCluster)).toBe(true);
      }),
    );
    expect(await api.find('/api/v1/namespaces/default/configmaps/of-the-cluster')).toBeUndefined();
  },
);
