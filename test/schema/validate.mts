import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1';
import { EC2NodeClass } from '@kubernetes-models/karpenter/karpenter.k8s.aws/v1';
import { NodePool } from '@kubernetes-models/karpenter/karpenter.sh/v1';
import { NodeOverlay } from '@kubernetes-models/karpenter/karpenter.sh/v1alpha1';
import { SealedSecret } from '@kubernetes-models/sealed-secrets/bitnami.com/v1alpha1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { CronJob } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Role, RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import { PriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1';
import { ConfigMap, LimitRange, Namespace, ResourceQuota, ServiceAccount } from 'kubernetes-models/v1';
import { parse } from 'yaml';

interface Validated {
  readonly apiVersion: string;
  validate(): void;
}

/** What the schemas of others say of the YAML files of a folder. */
export interface Verdict {
  readonly validated: number;
  readonly complaints: readonly string[];
}

const KINDS: Readonly<Record<string, new (manifest: never) => Validated>> = {
  ConfigMap,
  CronJob,
  Deployment,
  EC2NodeClass,
  ExternalSecret,
  LimitRange,
  Namespace,
  NetworkPolicy,
  NodeOverlay,
  NodePool,
  PodDisruptionBudget,
  PriorityClass,
  ResourceQuota,
  Role,
  RoleBinding,
  SealedSecret,
  ServiceAccount,
};

/**
 * eksctl's, and that of EKS Auto Mode, of which AWS publishes no schema: tests of their own look at them, those of NodeClasses by
 * a definition of ours.
 */
const WITHOUT_PACKAGE: readonly string[] = ['ClusterConfig', 'NodeClass'];

/**
 * Validates the YAML files of a folder with the @kubernetes-models packages, whose validators are generated from the
 * upstream types. A module of ECMAScript, as those packages are.
 */
export function validate(folder: string): Verdict {
  const complaints: string[] = [];
  let validated = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.yaml') || name.endsWith('cdk8s.yaml')) continue;
    const file = join(folder, name);
    const manifest = parse(readFileSync(file, 'utf8'));
    if (WITHOUT_PACKAGE.includes(manifest.kind)) continue;
    const Kind = KINDS[manifest.kind];
    if (!Kind) {
      complaints.push(`${file}: no schema for kind ${manifest.kind}`);
      continue;
    }
    try {
      const object = new Kind(manifest as never);
      if (object.apiVersion !== manifest.apiVersion)
        complaints.push(`${file}: apiVersion ${manifest.apiVersion}`);
      object.validate();
      validated++;
    } catch (error) {
      complaints.push(`${file}: ${(error as Error).message}`);
    }
  }
  return { validated, complaints };
}
