import * as k8s from '../imports/k8s';
import type { ResolvedFleet, ResolvedGitlabCa } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/**
 * The certificates of GitLab's own CA in one namespace. Under one name whatever it holds: managers take a new certificate
 * from the file as it changes, and no job waits for an object that is gone.
 */
export function certificatesManifest(fleet: ResolvedFleet, ca: ResolvedGitlabCa, namespace: string): unknown {
  const { name, key, pem } = ca;
  return k8s.KubeConfigMap.manifest({
    metadata: { name, namespace, labels: { ...objectLabels(fleet, 'certificates', name) } },
    data: { [key]: pem },
  });
}
