import { letsIn, waysOf } from '../cluster/allowed-traffic';
import { selects } from '../cluster/label-selector';
import { displayName, type Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { isWorkload } from '../cluster/workloads';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'monitoring',
  'Prometheus finds the managers that a PodMonitor is for, and takes the alerts.',
  {
    'selects-none': 'a PodMonitor selects no manager',
    'no-port': 'a PodMonitor names a port that the manager does not declare',
    'not-reached': 'the network policies let nobody read the metrics of a manager',
    'no-expression': 'a rule of Prometheus has no expression',
    duplicate: 'two rules of Prometheus are the same, or two groups have one name',
  },
);

/** What is scraped and alerted of, whoever wrote it. */
export const monitoring: Check = {
  ...group,
  run: (subject) => [
    ...ofOperator(subject.manifests, 'PodMonitor').flatMap((monitor) => monitorFindings(monitor, subject)),
    ...ruleFindings(ofOperator(subject.manifests, 'PrometheusRule')),
  ],
};

function ofOperator(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return ofKind(manifests, kind).filter(({ apiVersion }) => apiVersion.startsWith('monitoring.coreos.com/'));
}

/** A manager as a PodMonitor sees it. */
interface Target {
  readonly manager: Manifest;
  readonly template: Fields;
  readonly labels: Readonly<Record<string, string>>;
}

function targetOf(manager: Manifest): Target {
  const template = fieldsOf(at(manager.body, ['spec', 'template']));
  return { manager, template, labels: textsOf(at(template, ['metadata', 'labels'])) };
}

function monitorFindings(monitor: Manifest, { manifests, runners }: Subject): Finding[] {
  const managers = [...new Set(runners.flatMap(({ manager }) => manager ?? []))].map(targetOf);
  const near = managers.filter(({ manager }) => looksInto(monitor, manager.namespace));
  const selector = fieldsOf(at(monitor.body, ['spec', 'selector']));
  const chosen = near.filter(({ labels }) => selects(selector, labels));
  if (near.length > 0 && chosen.length === 0) {
    // It may be for other pods of these namespaces.
    const others = manifests.filter(isWorkload).map(targetOf);
    const isForOthers = others.some(
      ({ labels, manager }) => looksInto(monitor, manager.namespace) && selects(selector, labels),
    );
    return isForOthers || isForAll(monitor) ? [] : [selectsNone(monitor, near)];
  }
  return listOf(at(monitor.body, ['spec', 'podMetricsEndpoints'])).flatMap((one, index) =>
    endpointFindings({ monitor, index, endpoint: fieldsOf(one) }, chosen, manifests),
  );
}

/** Whether a monitor looks for pods in a namespace: its own, those that it names, or all. */
function looksInto(monitor: Manifest, namespace: string | undefined): boolean {
  if (isForAll(monitor)) return true;
  const names = listOf(at(monitor.body, ['spec', 'namespaceSelector', 'matchNames'])).map(String);
  return names.length > 0 ? names.includes(namespace ?? 'default') : monitor.namespace === namespace;
}

function isForAll({ body }: Manifest): boolean {
  return at(body, ['spec', 'namespaceSelector', 'any']) === true;
}

function selectsNone(monitor: Manifest, managers: readonly Target[]): Finding {
  const [{ labels, manager }] = managers;
  return finding('selects-none', {
    severity: 'warning',
    at: { manifest: monitor, path: ['spec', 'selector'] },
    found: JSON.stringify(at(monitor.body, ['spec', 'selector']) ?? {}),
    why: `no pod here has these labels: Prometheus scrapes none of the ${managers.length} managers in namespace ${manager.namespace}`,
    fix: `select labels that their pods have: ${Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ')}`,
  });
}

/** A port of a container, as it is declared. */
interface Port {
  readonly number: number;
  readonly name: string | undefined;
}

/** An entry of what a monitor scrapes. */
interface Endpoint {
  readonly monitor: Manifest;
  readonly index: number;
  readonly endpoint: Fields;
}

function endpointFindings(
  { endpoint, index, monitor }: Endpoint,
  targets: readonly Target[],
  manifests: readonly Manifest[],
): Finding[] {
  const key = ['port', 'portNumber', 'targetPort'].find((one) => (endpoint[one] ?? '') !== '');
  // Without any, the operator takes what Prometheus finds.
  if (key === undefined) return [];
  const wanted = endpoint[key];
  const place = { manifest: monitor, path: ['spec', 'podMetricsEndpoints', index, key] };
  const found = targets.map((target) => ({ target, port: portsOf(target).find((one) => isIt(one, wanted)) }));
  const without = found.filter(({ port }) => port === undefined).map(({ target }) => target);
  const shut = found.flatMap(({ port, target }) =>
    port === undefined || isOpen(target, port, manifests) ? [] : [target],
  );
  return [
    ...(without.length > 0 ? [noPort(place, String(wanted), without)] : []),
    ...(shut.length > 0 ? [notReached(place, String(wanted), shut)] : []),
  ];
}

function isIt({ name, number }: Port, wanted: unknown): boolean {
  return wanted === name || wanted === number;
}

function isOpen({ labels, manager }: Target, port: Port, manifests: readonly Manifest[]): boolean {
  const policies = ofKind(manifests, 'NetworkPolicy').filter(
    ({ namespace }) => namespace === manager.namespace,
  );
  return letsIn(waysOf(policies, labels, 'ingress'), port.number, port.name === undefined ? [] : [port.name]);
}

function noPort(place: Finding['at'], wanted: string, targets: readonly Target[]): Finding {
  const declared = portsOf(targets[0]).map(({ name, number }) => `${name ?? number}`);
  return finding('no-port', {
    severity: 'warning',
    at: place,
    found: wanted,
    why: `no container of ${namesOf(targets)} declares this port: Prometheus gets no target, and nothing reports that`,
    fix:
      declared.length > 0
        ? `write one that is declared: ${declared.join(', ')}`
        : 'declare the port of the metrics in the container, under this name',
  });
}

function notReached(place: Finding['at'], wanted: string, targets: readonly Target[]): Finding {
  return finding('not-reached', {
    severity: 'warning',
    at: place,
    found: `${wanted} of ${namesOf(targets)}`,
    why: 'the network policies of their namespace let nothing in at this port: Prometheus reads no metrics, and each manager counts as absent',
    fix: 'let the pods of Prometheus in: monitoring.prometheusNamespace or network.metricsFrom, or an ingress rule for this port',
  });
}

function namesOf(targets: readonly Target[]): string {
  const [{ manager }, ...others] = targets;
  return `${displayName(manager)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

function portsOf({ template }: Target): readonly Port[] {
  return listOf(at(template, ['spec', 'containers'])).flatMap((container) =>
    listOf(fieldsOf(container).ports)
      .map(fieldsOf)
      .map(({ containerPort, name }) => ({ number: Number(containerPort), name: textOf(name) })),
  );
}

/** A rule with its place. */
interface PlacedRule {
  readonly manifest: Manifest;
  readonly path: readonly (string | number)[];
  readonly rule: Fields;
}

function ruleFindings(objects: readonly Manifest[]): Finding[] {
  const rules = objects.flatMap(rulesOf);
  return [
    ...rules.flatMap(noExpression),
    ...objects.flatMap(sameGroups),
    ...repeated(rules, keyOf).map(([{ manifest, path, rule }, first]) =>
      finding('duplicate', {
        severity: 'warning',
        at: { manifest, path: [...path] },
        found: String(rule.alert ?? rule.record),
        why: `${displayName(first.manifest)} has a rule of this name with the same labels: whoever gets its alert can't tell which of the two it is`,
        fix: 'remove one of them, or give one a label that tells them apart',
      }),
    ),
  ];
}

function rulesOf(manifest: Manifest): readonly PlacedRule[] {
  return listOf(at(manifest.body, ['spec', 'groups'])).flatMap((group, number) =>
    listOf(fieldsOf(group).rules).map((rule, index) => ({
      manifest,
      path: ['spec', 'groups', number, 'rules', index],
      rule: fieldsOf(rule),
    })),
  );
}

function noExpression({ manifest, path, rule }: PlacedRule): Finding[] {
  const { alert, expr, record } = rule;
  // A number is one too.
  if ((typeof expr === 'string' && expr.trim() !== '') || typeof expr === 'number') return [];
  return [
    finding('no-expression', {
      severity: 'error',
      at: { manifest, path: [...path, 'expr'] },
      found: `${String(alert ?? record ?? 'a rule')} without expr`,
      why: 'the API server or the prometheus-operator refuses the whole object, and none of its alerts fires',
      fix: 'write expr as PromQL, or remove the rule',
    }),
  ];
}

function sameGroups(manifest: Manifest): Finding[] {
  const groups = listOf(at(manifest.body, ['spec', 'groups'])).map((group, index) => ({
    index,
    name: textOf(fieldsOf(group).name),
  }));
  return repeated(groups, ({ name }) => name).map(([{ index, name }]) =>
    finding('duplicate', {
      severity: 'error',
      at: { manifest, path: ['spec', 'groups', index, 'name'] },
      found: String(name),
      why: 'the API server refuses an object with two groups of one name',
      fix: 'give the group a name of its own',
    }),
  );
}

/** A rule by what Prometheus tells rules apart by; undefined for one without a name. */
function keyOf({ manifest, rule }: PlacedRule): string | undefined {
  const name = textOf(rule.alert) ?? textOf(rule.record);
  if (name === undefined) return undefined;
  const labels = Object.entries(textsOf(rule.labels)).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([manifest.namespace, name, labels]);
}

/** What has a key that an earlier one has, each with the first of that key. */
function repeated<T>(
  list: readonly T[],
  key: (one: T) => string | undefined,
): readonly (readonly [again: T, first: T])[] {
  const firsts = new Map<string, T>();
  return list.flatMap((one): (readonly [T, T])[] => {
    const name = key(one);
    if (name === undefined) return [];
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, one);
    return first === undefined ? [] : [[one, first]];
  });
}
