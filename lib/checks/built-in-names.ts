import { isBuiltInName, isEveryClusters } from '../cluster/built-in-roles';
import type { Manifest } from '../cluster/manifest';
import { isRenderedObject } from '../cluster/rendered-object';
import type { Finding } from './finding';
import { RIGHTS_RULES } from './rights-rules';

const { finding } = RIGHTS_RULES;

const KINDS = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'];

/** Roles and bindings that take the place of those that every cluster has. */
export function builtInNameFindings(manifests: readonly Manifest[]): Finding[] {
  return manifests.filter(isBuiltInRight).map((manifest) => {
    const isRole = manifest.kind.endsWith('Role');
    return finding('built-in-name', {
      severity: isRenderedObject(manifest) ? 'error' : 'warning',
      at: { manifest, path: ['metadata', 'name'] },
      found: manifest.name,
      why: isRole
        ? 'clusters have a role of this name from the start, and bindings to it that are not among the manifests, some of them for everyone: whoever they name gets these rights'
        : 'clusters have a binding of this name from the start: its subjects lose their rights, and those named here get them',
      fix: 'give it a name of its own',
    });
  });
}

/** Whether a role or a binding has a name that is the API server's own, or that of EKS. */
function isBuiltInRight(manifest: Manifest): boolean {
  const { kind, name, apiVersion } = manifest;
  if (!apiVersion.startsWith('rbac.authorization.k8s.io/') || !KINDS.includes(kind)) return false;
  // Others ship roles of their own that begin so, for example that of metrics-server.
  if (!isRenderedObject(manifest)) return kind.startsWith('ClusterRole') && isEveryClusters(name);
  return isBuiltInName(manifest);
}
