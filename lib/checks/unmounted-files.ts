import { managerContainer, managerImageOf } from '../cluster/manager-image';
import type { Manifest } from '../cluster/manifest';
import { fileState } from '../cluster/mounted-files';
import type { ObservedRunner } from '../cluster/observe';
import { at, textOf } from '../values/record';

/** A file that a config.toml names, and that its manager does not have. */
export interface UnmountedFile {
  readonly manager: Manifest;
  /** Key below the entry, for example `tls-ca-file`. */
  readonly key: string;
  readonly file: string;
  /** Whether the image of the manager may hold it: one that GitLab does not publish. */
  readonly isUnknown: boolean;
}

/** Keys of an entry that name a file of the manager, and what the runner reads from it. */
export const FILE_KEYS: Readonly<Record<string, string>> = {
  'tls-ca-file': 'the certificates that it verifies GitLab with',
  'tls-cert-file': 'its own certificate',
  'tls-key-file': 'its own private key',
  'kubernetes.ca_file': 'the certificates that it verifies the API server with',
  'kubernetes.cert_file': 'its own certificate for the API server',
  'kubernetes.key_file': 'its own private key for the API server',
  'cache.gcs.CredentialsFile': 'the credentials of its cache',
};

/** Folders that every image has files in, and the one of the ServiceAccount. */
const BROUGHT = /^\/(?:etc\/(?:ssl|pki|ca-certificates)|usr|var\/run\/secrets|run\/secrets)\//;

/** Files of one entry that no volume of its manager brings. */
export function unmountedFiles(
  { manager, managerPod, table }: ObservedRunner,
  manifests: readonly Manifest[],
): readonly UnmountedFile[] {
  const container = manager && managerContainer(manager, manifests);
  if (manager === undefined || container === undefined) return [];
  const isUnknown = !/(^|\/)gitlab-runner(?=[:@]|$)/.test(managerImageOf(managerPod));
  return Object.keys(FILE_KEYS).flatMap((key) => {
    const file = textOf(at(table, key.split('.'))) ?? '';
    if (!file.startsWith('/') || file.includes('$') || BROUGHT.test(file)) return [];
    const state = fileState(file, container.fields, managerPod, manager.namespace, manifests);
    return state === 'missing' ? [{ manager, key, file, isUnknown }] : [];
  });
}
