import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import type { ConfigToml } from '../gitlab-runner/config/toml';
import { requiredRules } from '../gitlab-runner/permissions';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'rights',
  'Roles hold exactly the rights that the features of the config need.',
  {
    unbound: 'no RoleBinding names the ServiceAccount of a manager',
    missing: 'a Role lacks rights that the config needs',
    excess: 'a Role has rights that no feature of the config uses',
    wildcard: 'a Role has rights with a wildcard',
  },
);

/** The manager may do in the job namespace what its config needs, and nothing else. */
export const rights: Check = {
  ...group,
  run: (subject) => {
    const seen = new Set<string>();
    return subject.runners.flatMap((runner) => {
      const key = `${runner.config.manifest.namespace}/${runner.config.manifest.name}/${runner.manager?.name}`;
      if (!runner.manager || seen.has(key)) return [];
      seen.add(key);
      return runnerFindings(runner, subject);
    });
  },
};

/** Rights as `group/resource verb`. */
type Grants = Map<string, Manifest>;

function runnerFindings(runner: ObservedRunner, { manifests, runners }: Subject): Finding[] {
  const { manager } = runner;
  if (!manager) return [];
  const entries = runners.filter((other) => other.config === runner.config && other.manager === manager);
  const namespace = runner.table.kubernetes.namespace ?? 'default';
  const account = textOf(runner.managerPod.serviceAccountName) ?? 'default';
  const bindings = bindingsOf(manifests, account, manager.namespace);
  if (bindings.length === 0) return [unbound(manager, account)];
  const here = bindings.filter((one) => one.kind === 'ClusterRoleBinding' || one.namespace === namespace);
  const roles = here.map((one) => roleOf(manifests, one)).filter((role) => role !== undefined);
  const granted = grantsOf(roles);
  const config = { runners: entries.map(({ table }) => table) } as ConfigToml;
  const needed = new Set(
    requiredRules(config).flatMap((rule) => pairsOf(rule.apiGroups, rule.resources, rule.verbs)),
  );
  const missing = [...needed].filter((right) => !isGranted(granted, right));
  const excess = [...granted].filter(([right]) => !needed.has(right));
  return [...missingFindings(manager, missing, roles, namespace), ...excessFindings(excess)];
}

function unbound(manager: Manifest, account: string): Finding {
  return finding('unbound', {
    severity: 'error',
    at: { manifest: manager, path: ['spec', 'template', 'spec', 'serviceAccountName'] },
    found: account,
    why: `no RoleBinding names this ServiceAccount of ${manager.namespace}: the manager may not start a pod, and every job fails`,
    fix: 'bind it to a Role in the job namespace',
  });
}

function missingFindings(
  manager: Manifest,
  missing: readonly string[],
  roles: readonly Manifest[],
  namespace: string,
): Finding[] {
  if (missing.length === 0) return [];
  const [role] = roles;
  return [
    finding('missing', {
      severity: 'error',
      at: {
        manifest: role ?? manager,
        path: role ? ['rules'] : ['spec', 'template', 'spec', 'serviceAccountName'],
      },
      found: `without ${missing.join(', ')}`,
      why: `the config of ${manager.name} needs these rights in ${namespace}: jobs fail or lose what depends on them`,
      fix: `add ${missing.join(', ')}`,
    }),
  ];
}

function excessFindings(excess: readonly (readonly [string, Manifest])[]): Finding[] {
  return [...new Set(excess.map(([, role]) => role))].map((role) => {
    const names = excess.filter((one) => one[1] === role).map(([right]) => right);
    const wild = names.some((right) => right.includes('*'));
    return finding(wild ? 'wildcard' : 'excess', {
      severity: 'error',
      at: { manifest: role, path: ['rules'] },
      found: names.join(', '),
      why: wild
        ? 'a wildcard grants whatever the namespace holds, now and later'
        : 'no feature of the config uses these rights; whoever takes the manager over has them',
      fix: wild ? 'name the resources and verbs that the features need' : `remove ${names.join(', ')}`,
    });
  });
}

function bindingsOf(
  manifests: readonly Manifest[],
  account: string,
  namespace: string | undefined,
): Manifest[] {
  return manifests
    .filter(({ kind }) => kind === 'RoleBinding' || kind === 'ClusterRoleBinding')
    .filter(({ body }) =>
      listOf(body.subjects).some((subject) => {
        const { kind, name, namespace: of } = fieldsOf(subject);
        return kind === 'ServiceAccount' && name === account && (of === namespace || namespace === undefined);
      }),
    );
}

function roleOf(manifests: readonly Manifest[], binding: Manifest): Manifest | undefined {
  const kind = textOf(at(binding.body, ['roleRef', 'kind']));
  const name = textOf(at(binding.body, ['roleRef', 'name']));
  return manifests.find(
    (one) =>
      one.kind === kind &&
      one.name === name &&
      (kind === 'ClusterRole' || one.namespace === binding.namespace),
  );
}

function grantsOf(roles: readonly Manifest[]): Grants {
  const grants: Grants = new Map();
  for (const role of roles) {
    for (const rule of listOf(role.body.rules)) {
      const { apiGroups, resources, verbs } = fieldsOf(rule);
      const texts = (value: unknown) => listOf(value).map((one) => String(one));
      for (const right of pairsOf(texts(apiGroups), texts(resources), texts(verbs))) grants.set(right, role);
    }
  }
  return grants;
}

function pairsOf(
  apiGroups: readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
): string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.map((verb) => `${verb} ${group === '' ? '' : `${group}/`}${resource}`),
    ),
  );
}

function isGranted(granted: Grants, right: string): boolean {
  if (granted.has(right)) return true;
  const [verb, name] = right.split(' ');
  return [`* ${name}`, `${verb} *`, '* *', '* */*', `${verb} */*`].some((wild) => granted.has(wild));
}
