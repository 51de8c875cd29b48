import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { namespaceOf } from './guarded-places';
import { type Labels, maySelect } from './label-selector';
import { groupOf, type Manifest } from './manifest';
import { namespaceOfJobs, namespaceOfManager } from './namespaces';
import type { ObservedRunner, Subject } from './observe';

const KINDS = /^(Mutating|Validating)(WebhookConfiguration|AdmissionPolicy)$/;

/** An object that admission asks about pods of jobs or managers. */
export interface PodHook {
  readonly manifest: Manifest;
  /** Whether it may change them too, not only refuse them. */
  readonly changes: boolean;
  /** Whether a program decides, which is not among the manifests; else expressions of CEL do. */
  readonly asksProgram: boolean;
  /** The pods that it is asked about: `jobs in gitlab-jobs`. */
  readonly pods: readonly string[];
  /** The runners that they are of. */
  readonly runners: readonly ObservedRunner[];
}

/** Pods of a runner, on nodes or on Fargate. */
interface Place {
  readonly runner: ObservedRunner;
  readonly role: 'jobs' | 'managers';
  readonly namespace: string;
  readonly labels: Labels;
}

function placesOf(runner: ObservedRunner): readonly Place[] {
  const { manager, job } = runner;
  const labels = textsOf(at(manager?.body, ['spec', 'template', 'metadata', 'labels']));
  const jobs: Place[] = job
    ? [{ runner, role: 'jobs', namespace: namespaceOfJobs(runner), labels: job.pod.labels ?? {} }]
    : [];
  return manager
    ? [...jobs, { runner, role: 'managers', namespace: namespaceOfManager(manager), labels }]
    : jobs;
}

/** Webhooks and policies of admission that pods of jobs or managers meet. */
export function podHooks(subject: Pick<Subject, 'manifests' | 'runners'>): readonly PodHook[] {
  const { manifests } = subject;
  const hooks = manifests.filter(isHook);
  if (hooks.length === 0) return [];
  const places = subject.runners.flatMap(placesOf);
  return hooks.flatMap((manifest) => {
    const met = places.filter((place) =>
      matchersOf(manifest, manifests).some((all) => all.every((one) => matches(one, place, manifests))),
    );
    if (met.length === 0) return [];
    const pods = [...new Set(met.map(({ role, namespace }) => `${role} in ${namespace}`))];
    const { kind } = manifest;
    return [
      {
        manifest,
        changes: kind.startsWith('Mutating'),
        asksProgram: kind.includes('Webhook'),
        pods,
        runners: met.map(({ runner }) => runner),
      },
    ];
  });
}

function isHook({ apiVersion, kind }: Manifest): boolean {
  return groupOf(apiVersion) === 'admissionregistration.k8s.io' && KINDS.test(kind);
}

/** What an object is asked about, in one way or another; all parts of a way have to match. */
function matchersOf(hook: Manifest, manifests: readonly Manifest[]): readonly (readonly Fields[])[] {
  const { body, kind, name } = hook;
  if (kind.includes('Webhook')) return listOf(body.webhooks).map((one) => [fieldsOf(one)]);
  const own = fieldsOf(at(body, ['spec', 'matchConstraints']));
  const bindings = manifests.filter(
    (one) => one.kind === `${kind}Binding` && at(one.body, ['spec', 'policyName']) === name,
  );
  // One that nothing here binds may be bound elsewhere.
  if (bindings.length === 0) return [[own]];
  return bindings.map((one) => [
    own,
    { resourceRules: own.resourceRules, ...fieldsOf(at(one.body, ['spec', 'matchResources'])) },
  ]);
}

/** Whether rules and selectors take pods of a place, as far as files tell. */
function matches(
  matcher: Fields,
  { namespace, labels, role }: Place,
  manifests: readonly Manifest[],
): boolean {
  const rules = listOf(matcher.rules ?? matcher.resourceRules).map(fieldsOf);
  const asked = role === 'jobs' ? [CREATION, EXECUTION] : [CREATION];
  return (
    rules.some((rule) => asked.some((one) => includes(rule, one))) &&
    takesNamespace(fieldsOf(matcher.namespaceSelector), namespace, manifests) &&
    maySelect(fieldsOf(matcher.objectSelector), labels)
  );
}

interface Request {
  readonly operation: string;
  readonly resources: RegExp;
}

const CREATION: Request = { operation: 'CREATE', resources: /^(?:\*|\*\/\*|pods|pods\/\*)$/ };
/** What the executor does in the pod of a job. */
const EXECUTION: Request = {
  operation: 'CONNECT',
  resources: /^(?:\*\/\*|pods\/\*|(?:pods|\*)\/(?:exec|attach))$/,
};

function includes(rule: Fields, { operation, resources }: Request): boolean {
  const named = (key: string) => listOf(rule[key]).map(String);
  const hasAny = (key: string, ...values: readonly string[]) =>
    named(key).some((one) => values.includes(one));
  return (
    hasAny('apiGroups', '', '*') &&
    hasAny('apiVersions', 'v1', '*') &&
    hasAny('operations', operation, '*') &&
    named('resources').some((one) => resources.test(one)) &&
    textOf(rule.scope) !== 'Cluster'
  );
}

/** Of a namespace that is not among the manifests, only the name is known. */
function takesNamespace(selector: Fields, name: string, manifests: readonly Manifest[]): boolean {
  const known = namespaceOf(manifests, name);
  const own: Labels = { 'kubernetes.io/metadata.name': name };
  if (known) return maySelect(selector, { ...textsOf(at(known.body, ['metadata', 'labels'])), ...own });
  const matchLabels = Object.entries(textsOf(selector.matchLabels)).filter(([key]) => key in own);
  const matchExpressions = listOf(selector.matchExpressions).filter(
    (one) => String(fieldsOf(one).key) in own,
  );
  return maySelect({ matchLabels: Object.fromEntries(matchLabels), matchExpressions }, own);
}
