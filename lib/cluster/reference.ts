import type { FieldPath } from '../values/field-path';
import type { Manifest } from './manifest';

/** What someone else makes: objects of the cluster, and what is outside of it. */
export type NeedKind =
  | 'Namespace'
  | 'ServiceAccount'
  | 'Secret'
  | 'ConfigMap'
  | 'ConfigMap of the cluster'
  | 'PersistentVolumeClaim'
  | 'PriorityClass'
  | 'RuntimeClass'
  | 'SecretProviderClass'
  | 'StorageClass'
  | 'ClusterSecretStore'
  | 'SecretStore'
  | 'IAM role'
  | 'instance profile'
  | 'Pod Identity association'
  | 'EKS access entry'
  | 'permission of the cluster role'
  | 'subnets'
  | 'security groups'
  | 'KMS key'
  | 'CustomResourceDefinition';

/** A field that asks for something. */
export interface Asker {
  readonly manifest: Manifest;
  readonly path: FieldPath;
  /** Place within a config.toml. */
  readonly within?: string;
  /** Whether it is the token of a manager, whose Secret has rules of its own. */
  readonly isToken?: boolean;
}

/** One reference to something, before those to the same thing are put together. */
export interface Reference {
  readonly kind: NeedKind;
  readonly namespace?: string;
  readonly name: string;
  /** Key of a Secret or a ConfigMap, with its value in one of the cluster; label of a Namespace. */
  readonly key?: string;
  /** The name as it is written, with the number of a job's slot. */
  readonly bySlot?: string;
  readonly by: Asker;
}
