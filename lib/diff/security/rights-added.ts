import { isBuiltInName } from '../../cluster/built-in-roles';
import { bindingsAmong, type GrantedRule, roleOf } from '../../cluster/grants';
import type { Manifest } from '../../cluster/manifest';
import type { Subject } from '../../cluster/observe';
import { at, fieldsOf, listOf, textOf, textsOf } from '../../values/record';
import { type ChangedObject, type Comparison, changesOf, type Impact, impact, type Rule } from '../rule';
import { all } from './all-names';
import { rightsBeyond, tuplesOf } from './right-tuples';

/** Rights that someone did not have. */
export const rightsAdded: Rule = {
  id: 'rights-added',
  title: 'Rights that are added hold at once, for whoever is bound to them.',
  run: (comparison) => [
    ...changesOf(comparison, 'Role', 'ClusterRole').flatMap((change) => roleImpacts(change, comparison)),
    ...changesOf(comparison, 'RoleBinding', 'ClusterRoleBinding').flatMap((change) =>
      bindingImpacts(change, comparison),
    ),
  ],
};

const WHY = 'The API server asks for rights at each request.';
const AGGREGATE = 'rbac.authorization.k8s.io/aggregate-to-';

function roleImpacts(change: ChangedObject, comparison: Comparison): Impact[] {
  const { before, after } = change;
  if (!after) return [];
  const parts: string[] = [];
  if (before || isAwaited(after, comparison)) {
    const gained = rightsBeyond(tuplesOf(after.body), before ? tuplesOf(before.body) : []);
    if (gained.length > 0) parts.push(`may also ${all(gained)}`);
  }
  const labels = Object.entries(textsOf(at(after.body, ['metadata', 'labels'])));
  const old = textsOf(at(before?.body, ['metadata', 'labels']));
  const added = labels.filter(
    ([key, value]) => key.startsWith(AGGREGATE) && value === 'true' && old[key] !== 'true',
  );
  if (added.length > 0)
    parts.push(`has it added to ${added.map(([key]) => key.slice(AGGREGATE.length)).join(', ')}`);
  const [was, is] = [before, after].map((one) => JSON.stringify(at(one?.body, ['aggregationRule'])));
  if (is !== undefined && was !== is) parts.push('gets what other ClusterRoles add by their labels');
  const impacts =
    parts.length > 0
      ? [impact('rights-added', 'security', change, `Whoever is bound to it ${parts.join(', and ')}.`, WHY)]
      : [];
  return before || isAwaited(after, comparison)
    ? impacts
    : [...impacts, ...newRole(change, after, comparison)];
}

/** A role that is new may be bound in the cluster already: bindings that are not among the manifests name it. */
function newRole(change: ChangedObject, role: Manifest, comparison: Comparison): Impact[] {
  const rights = rightsBeyond(tuplesOf(role.body), []);
  const isBuiltIn = isBuiltInName(role);
  if (rights.length === 0 || (!isBuiltIn && isLikelyUnbound(role, comparison))) return [];
  const what = `Whoever is bound to a ${role.kind} of this name in the cluster may ${all(rights)}.`;
  const why = isBuiltIn
    ? 'Every cluster has a role of this name, and bindings to it, some of them for everyone.'
    : 'It is new, and bindings to it need not be among the manifests.';
  return [impact('rights-added', 'security', change, what, why)];
}

/** Whether a new role is that of a manager, whose binding is judged; where nothing was there before, all of it is to be read. */
function isLikelyUnbound(role: Manifest, { before, after }: Comparison): boolean {
  if (before.manifests.length === 0) return true;
  if (role.kind === 'ClusterRole') return false;
  return bindingsAmong(after.manifests).some(
    (binding) =>
      roleOf(binding, after.manifests).role === role &&
      subjectsOf(binding).some((subject) => isManager(subject, after)),
  );
}

/** Whether a role is new to a binding that was there before it. */
function isAwaited(role: Manifest, { before, after, changes }: Comparison): boolean {
  const changing = new Set(changes.map((change) => change.after));
  return bindingsAmong(after.manifests).some(
    (binding) =>
      !changing.has(binding) &&
      roleOf(binding, after.manifests).role === role &&
      roleOf(binding, before.manifests).role === undefined,
  );
}

/** Someone that a binding names. */
interface Named {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

function subjectsOf({ body, namespace }: Manifest): readonly Named[] {
  return listOf(body.subjects)
    .map(fieldsOf)
    .map((one) => ({
      kind: textOf(one.kind) ?? '',
      name: textOf(one.name) ?? '',
      namespace: one.kind === 'ServiceAccount' ? (textOf(one.namespace) ?? namespace ?? '') : '',
    }));
}

function bindingImpacts(change: ChangedObject, comparison: Comparison): Impact[] {
  const { before, after } = change;
  if (!after) return [];
  const found = new Map<string, string[]>();
  for (const subject of subjectsOf(after)) {
    const gained = gainedBy(subject, after, comparison);
    if (gained.length === 0) continue;
    const text = all(gained);
    found.set(text, [...(found.get(text) ?? []), nameOf(subject, comparison)]);
  }
  const where =
    after.kind === 'ClusterRoleBinding' ? 'the whole cluster' : (after.namespace ?? 'its namespace');
  const granted = [...found].map(([gained, who]) =>
    impact('rights-added', 'security', change, `In ${where}, ${all(who, ', ')} may ${gained}.`, WHY),
  );
  return before ? granted : [...granted, ...replacedBinding(change, after)];
}

/** A new binding under the name of one that the cluster made itself: its subjects are other ones from then on. */
function replacedBinding(change: ChangedObject, binding: Manifest): Impact[] {
  if (!isBuiltInName(binding)) return [];
  const what =
    'It replaces a binding that the cluster made itself: subjects that are not named here lose their rights.';
  return [impact('rights-added', 'security', change, what, 'Every cluster has bindings of such names.')];
}

/** Who a subject is; managers are named as such, so that those of many runners are one line. */
function nameOf(subject: Named, { after }: Comparison): string {
  const { kind, name, namespace } = subject;
  if (isManager(subject, after)) return `managers of ${namespace}`;
  return kind === 'ServiceAccount' ? `the ServiceAccount ${namespace}/${name}` : `the ${kind} ${name}`;
}

/** Whether a manager runs as a subject. */
function isManager({ kind, name, namespace }: Named, { runners }: Subject): boolean {
  return runners.some(
    ({ manager, managerPod }) =>
      kind === 'ServiceAccount' &&
      manager?.namespace === namespace &&
      (textOf(managerPod.serviceAccountName) || textOf(managerPod.serviceAccount) || 'default') === name,
  );
}

/** What a binding gives someone that they had not, and that nobody like them had. */
function gainedBy(subject: Named, binding: Manifest, { before, after }: Comparison): readonly string[] {
  const scope = binding.kind === 'ClusterRoleBinding' ? undefined : binding.namespace;
  const { role, roleName, rules } = roleOf(binding, after.manifests);
  const had = rulesOf(before, scope, (one) => same(one, subject));
  if (role === undefined) {
    const kind = textOf(at(binding.body, ['roleRef', 'kind'])) ?? 'Role';
    const isKnown = bindingsOf(before, scope, (one) => same(one, subject)).some(
      (one) =>
        at(one.body, ['roleRef', 'name']) === roleName &&
        (at(one.body, ['roleRef', 'kind']) ?? 'Role') === kind,
    );
    return isKnown ? [] : [`do whatever the ${kind} ${roleName} allows`];
  }
  const granted = [...tuplesOf(role.body), ...extraOf(rules, role)];
  const gained = rightsBeyond(granted, had);
  // A new manager with the rights that its siblings have is nothing new; an account that no manager runs as is none, and
  // that of every pod which names none is everybody's.
  const isNewManager =
    subject.name !== 'default' &&
    isManager(subject, after) &&
    bindingsOf(before, undefined, (one) => same(one, subject), true).length === 0;
  if (!isNewManager) return gained;
  const siblings = rulesOf(
    before,
    scope,
    (one) => one.namespace === subject.namespace && isManager(one, before),
  );
  return rightsBeyond(granted, [...had, ...siblings]);
}

/** Rights that others add to a role by their labels. */
function extraOf(rules: readonly GrantedRule[] | undefined, { body }: Manifest) {
  return (rules?.length ?? 0) > listOf(body.rules).length
    ? tuplesOf({ rules: rules?.filter(({ isNamed }) => !isNamed) })
    : [];
}

function same(one: Named, other: Named): boolean {
  return one.kind === other.kind && one.name === other.name && one.namespace === other.namespace;
}

function bindingsOf(
  { manifests }: Subject,
  scope: string | undefined,
  isMeant: (subject: Named) => boolean,
  isAnywhere = false,
): readonly Manifest[] {
  return bindingsAmong(manifests).filter(
    (binding) =>
      (isAnywhere ||
        binding.kind === 'ClusterRoleBinding' ||
        (scope !== undefined && binding.namespace === scope)) &&
      subjectsOf(binding).some(isMeant),
  );
}

function rulesOf(subject: Subject, scope: string | undefined, isMeant: (subject: Named) => boolean) {
  return bindingsOf(subject, scope, isMeant).flatMap((binding) => {
    const { role, rules } = roleOf(binding, subject.manifests);
    return role ? [...tuplesOf(role.body), ...extraOf(rules, role)] : tuplesOf({ rules });
  });
}
