import { accountOf, allows, grantsIn } from '../cluster/grants';
import { isOurs, jobsOf, policiesIn } from '../cluster/guarded-places';
import { accepts, canChoose } from '../cluster/job-choices';
import { namespaceOfJobs } from '../cluster/namespaces';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { fleetOf } from '../cluster/tiers';
import { EXISTING_ANNOTATION } from '../contract';
import type { Severity } from '../problem';
import { at, textOf } from '../values/record';
import type { Finding } from './finding';
import { escapes } from './guarded-labels';
import { CROSSES_TIERS, GUARDED_RULES } from './guarded-rules';

const { finding } = GUARDED_RULES;

/** What jobs may choose by their variables that is not theirs; one finding for a runner and a key. */
export function choiceFindings(subject: Subject): Finding[] {
  const seen = new Set<string>();
  return subject.runners
    .filter(({ config, index }) =>
      isFirst(seen, `${config.manifest.namespace}/${config.manifest.name}/${index}`),
    )
    .flatMap((runner) => [
      ...nodeFindings(runner, subject),
      ...namespaceFindings(runner, subject),
      ...accountFindings(runner, subject),
      ...labelFindings(runner, subject),
      ...tokenFindings(runner),
      ...serviceFindings(runner),
      ...imageFindings(runner),
    ]);
}

/** Several managers of one config are one cause. */
function isFirst(seen: Set<string>, key: string): boolean {
  return !seen.has(key) && Boolean(seen.add(key));
}

/** Whether a job of a finding's rule reaches another tier, for what claims that tiers are apart. */
export function crossesTiers(findings: readonly Finding[]): boolean {
  return findings.some(({ id }) => CROSSES_TIERS.includes(id));
}

/** What a pattern allows where no other account is known. */
export const ANY_ACCOUNT = 'whatever account there is';

type Choice = 'other-nodes' | 'other-namespace' | 'other-account' | 'other-labels' | 'bearer-token';

function choice(
  rule: Choice,
  runner: ObservedRunner,
  key: string,
  problem: { severity: Severity; found: string; why: string; fix: string },
): Finding {
  const { config, index } = runner;
  const within = `runners[${index}].kubernetes.${key}`;
  return finding(rule, { at: { manifest: config.manifest, path: config.path, within }, ...problem });
}

/** What is rendered lets jobs choose nothing: where it does, it was weakened. */
function severityOf(runner: ObservedRunner): Severity {
  return isOurs(runner) ? 'error' : 'warning';
}

function nodeFindings(runner: ObservedRunner, { pools, runners }: Subject): Finding[] {
  const { kubernetes } = runner.table;
  const own = new Set(
    [runner.job, runner.largestJob].flatMap((placed) => landing(placed).map(({ pool }) => pool)),
  );
  const reached = pools
    .filter((pool) => !own.has(pool) && canChoose(runner.table, pool))
    .flatMap((pool) => {
      const others = runners.filter((other) => other !== runner);
      const managers = runners.filter((other) =>
        landing(other.managerPlaced).some((one) => one.pool === pool),
      );
      const strangers = others
        .filter((other) => landing(other.job).some((one) => one.pool === pool))
        .filter((other) => !isSameTier(other, runner));
      if (managers.length === 0 && strangers.length === 0) return [];
      const whose = managers.length > 0 ? `managers of ${managers[0].name}` : `jobs of ${strangers[0].name}`;
      return [{ isManagers: managers.length > 0, text: `${pool.name} (${whose})` }];
    });
  if (reached.length === 0) return [];
  const key = kubernetes.node_tolerations_overwrite_allowed
    ? 'node_tolerations_overwrite_allowed'
    : 'node_selector_overwrite_allowed';
  return [
    choice('other-nodes', runner, key, {
      severity: reached.some(({ isManagers }) => isManagers) ? 'error' : severityOf(runner),
      found: firstThree(reached.map(({ text }) => text)),
      why: 'by the variables KUBERNETES_NODE_SELECTOR_* and KUBERNETES_NODE_TOLERATIONS_* a job lands on these nodes: one that breaks out of its container has the pods there',
      fix: 'leave node_selector_overwrite_allowed and node_tolerations_overwrite_allowed out, or anchor patterns that allow no label and no taint of these pools',
    }),
  ];
}

function isSameTier(one: ObservedRunner, other: ObservedRunner): boolean {
  return (
    fleetOf(one) === fleetOf(other) && one.table.kubernetes.namespace === other.table.kubernetes.namespace
  );
}

function namespaceFindings(runner: ObservedRunner, { manifests, runners }: Subject): Finding[] {
  const { namespace = 'default', namespace_overwrite_allowed: pattern } = runner.table.kubernetes;
  if (!pattern) return [];
  const others = new Set([
    ...runners.flatMap(({ manager, table }) => [manager?.namespace, table.kubernetes.namespace]),
    ...ofKind(manifests, 'Namespace').map(({ name }) => name),
    'kube-system',
    'default',
  ]);
  others.delete(namespace);
  const accepted = [...others].flatMap((name) =>
    name !== undefined && accepts(pattern, name) ? [name] : [],
  );
  if (accepted.length === 0) return [];
  const mayUse = accepted.filter((name) => mayMakePods(runner, name, manifests));
  return [
    choice('other-namespace', runner, 'namespace_overwrite_allowed', {
      severity: mayUse.length > 0 ? 'error' : 'warning',
      found: `${pattern} allows ${firstThree(mayUse.length > 0 ? mayUse : accepted)}`,
      why:
        mayUse.length > 0
          ? 'the manager may make pods there: a job names the Secrets and ServiceAccounts of that namespace as its own'
          : 'no Role here lets the manager make pods there, so that such a job fails; one more binding, and it runs beside what is not its own',
      fix: 'leave namespace_overwrite_allowed out, or anchor a pattern that allows namespaces of these jobs alone',
    }),
  ];
}

function mayMakePods(
  { manager, managerPod }: ObservedRunner,
  namespace: string,
  manifests: Subject['manifests'],
): boolean {
  if (!manager) return false;
  const account = { name: accountOf(managerPod), namespace: manager.namespace };
  const rules = grantsIn(account, namespace, manifests).flatMap((grant) => grant.rules ?? []);
  return allows(rules, { apiGroup: '', resource: 'pods', verb: 'create' });
}

function accountFindings(runner: ObservedRunner, subject: Subject): Finding[] {
  const { service_account_overwrite_allowed: pattern, service_account: own = 'default' } =
    runner.table.kubernetes;
  if (!pattern) return [];
  const accounts = accountsIn(namespaceOfJobs(runner), subject);
  const accepted = [...accounts].filter((name) => name !== own && accepts(pattern, name));
  const isAny = accepts(pattern, 'x-any-account-at-all');
  if (accepted.length === 0 && !isAny) return [];
  return [
    choice('other-account', runner, 'service_account_overwrite_allowed', {
      severity: accepted.length > 0 ? severityOf(runner) : 'warning',
      found: `${pattern} allows ${accepted.length > 0 ? firstThree(accepted) : ANY_ACCOUNT}`,
      why: 'rights in the cluster and in AWS follow the ServiceAccount: a job takes those of another runner, or of whoever makes an account there',
      fix: 'leave service_account_overwrite_allowed out and set service_account, or anchor a pattern that names the accounts',
    }),
  ];
}

/** ServiceAccounts of a namespace: those among the manifests, those that runners name, and those declared to exist. */
function accountsIn(namespace: string, { manifests, runners }: Subject): ReadonlySet<string> {
  const declared = manifests.flatMap(({ body }) =>
    (textOf(at(body, ['metadata', 'annotations', EXISTING_ANNOTATION])) ?? '').split(/,\s*/),
  );
  return new Set([
    ...ofKind(manifests, 'ServiceAccount')
      .filter((one) => one.namespace === namespace)
      .map(({ name }) => name),
    ...runners
      .filter((runner) => namespaceOfJobs(runner) === namespace)
      .flatMap(({ table }) => table.kubernetes.service_account || []),
    ...runners
      .filter(({ manager }) => manager?.namespace === namespace)
      .map(({ managerPod }) => accountOf(managerPod)),
    ...declared.flatMap((one) => {
      const [kind, of, name] = one.split('/');
      return kind === 'ServiceAccount' && of === namespace && name ? [name] : [];
    }),
  ]);
}

function labelFindings(runner: ObservedRunner, { manifests }: Subject): Finding[] {
  const { pod_labels_overwrite_allowed: pattern } = runner.table.kubernetes;
  const place = jobsOf(runner);
  if (!pattern || !place) return [];
  const found = escapes(place, pattern, policiesIn(manifests, place.namespace), manifests);
  if (found === undefined) return [];
  return [
    choice('other-labels', runner, 'pod_labels_overwrite_allowed', {
      severity: severityOf(runner),
      found: `${pattern} allows ${found.label}`,
      why: `by the variables KUBERNETES_POD_LABELS_* a job ${found.does}`,
      fix: 'leave pod_labels_overwrite_allowed out, or anchor a pattern without the labels that network policies select by',
    }),
  ];
}

function tokenFindings(runner: ObservedRunner): Finding[] {
  if (runner.table.kubernetes.bearer_token_overwrite_allowed !== true) return [];
  return [
    choice('bearer-token', runner, 'bearer_token_overwrite_allowed', {
      severity: severityOf(runner),
      found: 'true',
      why: 'a job brings KUBERNETES_BEARER_TOKEN, and the manager makes its pod with the rights of that token instead of its own Role',
      fix: 'remove it',
    }),
  ];
}

function serviceFindings({ config, index, table }: ObservedRunner): Finding[] {
  const { allowed_images: images = [], allowed_services: services = [] } = table.kubernetes;
  if (images.length === 0 || services.length > 0) return [];
  return [
    finding('services', {
      severity: 'warning',
      at: {
        manifest: config.manifest,
        path: config.path,
        within: `runners[${index}].kubernetes.allowed_services`,
      },
      found: `allowed_images of ${images.length}, no allowed_services`,
      why: 'a job runs any image at all as a service, in its own pod, with the network and the ServiceAccount of the job',
      fix: 'set allowed_services to what services may be, for example the same patterns',
    }),
  ];
}

/** What the config itself names is allowed, with the variables of the job put in. */
function imageFindings({ config, index, table }: ObservedRunner): Finding[] {
  const {
    image = '',
    services = [],
    allowed_images: images = [],
    allowed_services: others = [],
  } = table.kubernetes;
  const lists = [
    { key: 'image', list: 'allowed_images', patterns: images, named: [image] },
    {
      key: 'services',
      list: 'allowed_services',
      patterns: others,
      named: services.map(({ name }) => name ?? ''),
    },
  ];
  return lists.flatMap(({ key, list, patterns, named }) => {
    const chosen = named.filter((one) => one.includes('$'));
    if (patterns.length === 0 || chosen.length === 0) return [];
    return [
      finding('chosen-image', {
        severity: 'warning',
        at: { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes.${key}` },
        found: chosen.join(', '),
        why: `the runner puts in the variables of the job, and allows what its config names: a job runs any image, whatever ${list} says`,
        fix: `name the image itself, and add to ${list} what jobs may choose`,
      }),
    ];
  });
}

function firstThree(names: readonly string[]): string {
  const more = names.length - 3;
  return more > 0 ? `${names.slice(0, 3).join(', ')} and ${more} more` : names.join(', ');
}
