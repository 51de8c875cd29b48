import file from './instance-types.json';

/**
 * One EC2 instance type as Karpenter sees it, without what differs by region, zone or purchase option.
 * @see https://karpenter.sh/docs/reference/instance-types/
 */
export interface InstanceType {
  /** `m7g.2xlarge` */
  readonly name: string;
  /**
   * Every node label with one fixed value. A label that is missing here does not exist on the node:
   * `karpenter.k8s.aws/instance-gpu-count` on a type without GPU, say. Bare metal carries an empty
   * `karpenter.k8s.aws/instance-hypervisor`.
   */
  readonly labels: Readonly<Record<string, string>>;
  readonly vcpu: number;
  /** Memory in MiB as EC2 states it, before any overhead. */
  readonly memoryMib: number;
  readonly arch: 'amd64' | 'arm64';
  /** Network interfaces of the default network card. */
  readonly enis: number;
  /** IPv4 addresses of one network interface, its own included. */
  readonly ipv4PerEni: number;
  /** US dollars per hour, Linux, shared tenancy, in `CATALOGUE.priceRegion`. Absent where no price is known. */
  readonly onDemandUsdPerHour?: number;
  /** What EKS Auto Mode charges for an hour besides, whatever the purchase option; absent on nodes that it does not run. */
  readonly autoModeUsdPerHour?: number;
  /** Devices by extended resource, where its labels are not those of Karpenter that say it. */
  readonly devices?: Readonly<Record<string, number>>;
  /** NVMe instance store in decimal GB, all disks together. Absent without one. */
  readonly localNvmeGb?: number;
}

/** A value in the catalogue file; null stands for "this type has none". */
export type Cell = string | number | boolean | null;

/**
 * The catalogue as stored: a column named like a label holds that label. Trailing nulls of a row are left out, and so
 * are the labels that follow from the name.
 */
export interface CatalogueFile {
  /** Where the values come from. */
  readonly source: string;
  /** Release of aws/karpenter-provider-aws whose rules for labels the values follow. */
  readonly tag: string;
  /** Day of the instance data, `2026-08-20`. */
  readonly date: string;
  /** AWS region of the prices. */
  readonly priceRegion: string;
  /** Day of the prices. */
  readonly priceDate: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The catalogue in this repository, as stored. */
export const CATALOGUE_FILE: CatalogueFile = file;

/** Age and origin of the catalogue, for reports: a price or a type may have come or gone since. */
export const CATALOGUE = {
  source: CATALOGUE_FILE.source,
  tag: CATALOGUE_FILE.tag,
  date: CATALOGUE_FILE.date,
  priceRegion: CATALOGUE_FILE.priceRegion,
  priceDate: CATALOGUE_FILE.priceDate,
  types: CATALOGUE_FILE.rows.length,
} as const;

let decoded: ReadonlyMap<string, InstanceType> | undefined;
let listed: readonly InstanceType[] | undefined;

/** All instance types of the catalogue, by name. The same list every time. */
export function instanceTypes(): readonly InstanceType[] {
  listed ??= decodeCatalogue(CATALOGUE_FILE);
  return listed;
}

/** The instance type of that name, or undefined where the catalogue does not know it. */
export function instanceType(name: string): InstanceType | undefined {
  decoded ??= new Map(instanceTypes().map((type) => [type.name, type]));
  return decoded.get(name);
}

/** Reads a catalogue from its stored form. Plain loops: a commit hook waits for this. */
export function decodeCatalogue(catalogue: CatalogueFile): InstanceType[] {
  const { columns, rows } = catalogue;
  const labelColumns = columns.flatMap((column, at) => (column.includes('/') ? [at] : []));
  const name = columns.indexOf('name');
  const cpu = columns.indexOf('karpenter.k8s.aws/instance-cpu');
  const memory = columns.indexOf('karpenter.k8s.aws/instance-memory');
  const arch = columns.indexOf('kubernetes.io/arch');
  const nvme = columns.indexOf('karpenter.k8s.aws/instance-local-nvme');
  const enis = columns.indexOf('enis');
  const ipv4PerEni = columns.indexOf('ipv4PerEni');
  const price = columns.indexOf('onDemandUsdPerHour');
  return rows.map((row) => {
    const labels = labelsOfName(row[name] as string);
    for (const at of labelColumns) {
      const cell = row[at];
      if (cell !== null && cell !== undefined) labels[columns[at]] = String(cell);
    }
    return {
      name: row[name] as string,
      labels,
      vcpu: row[cpu] as number,
      memoryMib: row[memory] as number,
      arch: row[arch] as 'amd64' | 'arm64',
      enis: row[enis] as number,
      ipv4PerEni: row[ipv4PerEni] as number,
      onDemandUsdPerHour: (row[price] ?? undefined) as number | undefined,
      localNvmeGb: (row[nvme] ?? undefined) as number | undefined,
    };
  });
}

/** Karpenter's own pattern, `u-6tb1.56xlarge` included: pkg/providers/instancetype/types.go at v1.14.1. */
const NAME = /^([a-z]+)(?:-[0-9]+tb)?([0-9]+).*\./;

/** The labels that Karpenter reads off the name of a type. */
function labelsOfName(name: string): Record<string, string> {
  const dot = name.indexOf('.');
  const family = name.slice(0, dot);
  const labels: Record<string, string> = {
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': name,
    'karpenter.k8s.aws/instance-family': family,
    'karpenter.k8s.aws/instance-size': name.slice(dot + 1),
    'karpenter.k8s.aws/instance-capability-flex': family.includes('-flex') ? 'true' : 'false',
  };
  const match = NAME.exec(name);
  if (match) {
    labels['karpenter.k8s.aws/instance-category'] = match[1];
    labels['karpenter.k8s.aws/instance-generation'] = match[2];
  }
  return labels;
}
