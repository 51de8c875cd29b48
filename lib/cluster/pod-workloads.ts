import type { FieldPath } from '../values/field-path';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Manifest } from './manifest';

/** Kinds that start pods and are no workload of `apps`, with the way to what they make a pod of: metadata and spec. */
const TEMPLATES: Readonly<Record<string, FieldPath>> = {
  'v1/Pod': [],
  'v1/ReplicationController': ['spec', 'template'],
  'batch/v1/Job': ['spec', 'template'],
  'batch/v1/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch/v1beta1/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'apps.openshift.io/v1/DeploymentConfig': ['spec', 'template'],
};

/** Where workloads of `apps` have what they make a pod of. */
const USUAL: FieldPath = ['spec', 'template'];

const IMAGE = /(?:^|\/)gitlab-runner(?:-ocp)?(?:[:@]|$)/;

/** Ways within the objects that are read in another shape than they have. */
const ways = new WeakMap<Manifest, FieldPath>();
const shaped = new WeakMap<Manifest, Manifest>();

/**
 * Objects with every Pod, Job and the like that runs GitLab Runner in the shape of a Deployment, so that it is judged as
 * any other manager. What is found in it is reported where it stands: `realPath`.
 */
export function withPodWorkloads(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.some(runsManager)
    ? manifests.map((one) => (runsManager(one) ? asDeployment(one) : one))
    : manifests;
}

/** Whether an object is one that `withPodWorkloads` has shaped. */
export function isPodWorkload(manifest: Manifest): boolean {
  return ways.has(manifest);
}

/** The way to a field as the object in the file has it. */
export function realPath(manifest: Manifest, path: FieldPath): FieldPath {
  const way = ways.get(manifest);
  const isBelow = way !== undefined && USUAL.every((step, index) => path[index] === step);
  return isBelow ? [...way, ...path.slice(USUAL.length)] : path;
}

function templateOf({ apiVersion, kind }: Manifest): FieldPath | undefined {
  const key = `${apiVersion}/${kind}`;
  return Object.hasOwn(TEMPLATES, key) ? TEMPLATES[key] : undefined;
}

/** Whether it runs the runner, and not another of its commands: the image does so by itself. */
function runsManager(manifest: Manifest): boolean {
  const way = templateOf(manifest);
  if (way === undefined) return false;
  return listOf(at(manifest.body, [...way, 'spec', 'containers'])).some((container) => {
    const { image, command, args } = fieldsOf(container);
    const words = [...listOf(command), ...listOf(args)].join(' ');
    const isRun = /(^|[\s/"'])run(-single)?($|[\s"';&])/.test(words);
    return IMAGE.test(textOf(image) ?? '') ? words === '' || isRun : isRun && /gitlab-runner/.test(words);
  });
}

function asDeployment(manifest: Manifest): Manifest {
  const known = shaped.get(manifest);
  if (known) return known;
  const way = templateOf(manifest) ?? USUAL;
  const template = fieldsOf(at(manifest.body, way));
  const { metadata, spec } = template;
  const body: Fields = {
    ...manifest.body,
    spec: { ...ownFields(manifest, way), template: { metadata, spec } },
  };
  const made: Manifest = {
    ...manifest,
    body,
    lineOf: (path) => manifest.lineOf(realPath(made, path)),
  };
  ways.set(made, way);
  shaped.set(manifest, made);
  return made;
}

/** What stands beside the template: a Pod has nothing there. */
function ownFields({ body }: Manifest, way: FieldPath): Fields {
  if (way.length === 0) return {};
  const { parallelism, ...own } = fieldsOf(at(body, way.slice(0, -1)));
  return parallelism === undefined ? own : { ...own, replicas: parallelism };
}
