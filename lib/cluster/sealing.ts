import type { Cluster } from './clusters';
import type { Manifest } from './manifest';

/** What `sealed/<fleet>/cert.pem` stands for, in the form of an object, so that findings can point at it. */
export const CERTIFICATE_KIND = 'SealingCertificate';

/** What tokens of a cluster are sealed with, and what is sealed for clusters that come before it. */
export interface Sealing {
  /** Certificates of its fleets. */
  readonly certificates: readonly Manifest[];
  /** SealedSecrets and certificates of the clusters before it: what two of them share is reported once. */
  readonly elsewhere: readonly Manifest[];
}

/** The same for each of several clusters. */
export function sealingsOf(
  clusters: readonly Cluster[],
  certificates: readonly Manifest[],
): readonly Sealing[] {
  if (clusters.length < 2) return clusters.map(() => ({ certificates: [], elsewhere: [] }));
  const all = clusters.map(({ manifests }) => ({
    sealed: manifests.filter(({ kind }) => kind === 'SealedSecret'),
    certificates: certificates.filter(({ name }) => manifests.some((one) => isOfFleet(one, name))),
  }));
  return all.map(({ sealed, certificates: own }, index) => {
    const before = all.slice(0, index).flatMap((one) => [...one.sealed, ...one.certificates]);
    const shared = new Set([...sealed, ...own]);
    return { certificates: own, elsewhere: before.filter((one) => !shared.has(one)) };
  });
}

/** Whether an object is in the folder of a fleet. */
function isOfFleet({ file }: Manifest, fleet: string): boolean {
  return file.split(/[\\/]/).slice(0, -1).includes(fleet);
}
