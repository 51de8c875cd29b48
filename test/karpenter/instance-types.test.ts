import {
  CATALOGUE,
  CATALOGUE_FILE,
  type CatalogueFile,
  decodeCatalogue,
  instanceType,
  instanceTypes,
} from '../../lib/karpenter/instance-types';

const AWS = 'karpenter.k8s.aws/instance-';

function labelsOf(name: string): Readonly<Record<string, string>> {
  return instanceType(name)?.labels ?? {};
}

describe('the catalogue of instance types', () => {
  test('says where, when and in which region its values were taken', () => {
    expect(CATALOGUE.source).not.toBe('');
    expect(CATALOGUE.tag).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(CATALOGUE.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(CATALOGUE.priceDate).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(CATALOGUE.priceRegion).toMatch(/^[a-z]+(-[a-z]+)+-\d$/);
    expect(CATALOGUE.types).toBe(instanceTypes().length);
  });

  test('lists every type once, by name, so that a rebuild shows as a small diff', () => {
    const names = instanceTypes().map((type) => type.name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.length).toBeGreaterThan(100);
  });

  test('has one row per column layout: no row is longer than the columns, none ends in null', () => {
    const odd = CATALOGUE_FILE.rows.filter(
      (row) => row.length > CATALOGUE_FILE.columns.length || row.at(-1) === null,
    );
    expect(odd).toEqual([]);
  });

  test('is decoded once: every reader gets the same list and the same types', () => {
    expect(instanceTypes()).toBe(instanceTypes());
    expect(instanceTypes()).toContain(instanceType('m5.large'));
  });

  test('does not know a type that does not exist', () => {
    expect(instanceType('m5.huge')).toBeUndefined();
    expect(instanceType('constructor')).toBeUndefined();
  });
});

describe('a type of the catalogue', () => {
  test('carries all labels that the Karpenter documentation lists for it', () => {
    expect(labelsOf('m5d.large')).toEqual({
      [`${AWS}capability-flex`]: 'false',
      [`${AWS}category`]: 'm',
      [`${AWS}cpu`]: '2',
      [`${AWS}cpu-manufacturer`]: 'intel',
      [`${AWS}cpu-sustained-clock-speed-mhz`]: '3100',
      [`${AWS}ebs-bandwidth`]: '4750',
      [`${AWS}encryption-in-transit-supported`]: 'false',
      [`${AWS}family`]: 'm5d',
      [`${AWS}generation`]: '5',
      [`${AWS}hypervisor`]: 'nitro',
      [`${AWS}local-nvme`]: '75',
      [`${AWS}memory`]: '8192',
      [`${AWS}network-bandwidth`]: '750',
      [`${AWS}size`]: 'large',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': 'm5d.large',
    });
  });

  test('repeats as numbers what is reckoned with', () => {
    expect(instanceType('m6g.medium')).toMatchObject({
      vcpu: 1,
      memoryMib: 4096,
      arch: 'arm64',
      enis: 2,
      ipv4PerEni: 4,
      localNvmeGb: undefined,
    });
    expect(instanceType('m5d.large')?.localNvmeGb).toBe(75);
  });

  test('lacks a label altogether where Karpenter sets none, which Exists and DoesNotExist depend on', () => {
    const keys = Object.keys(labelsOf('m5.large'));
    expect(keys).not.toContain(`${AWS}local-nvme`);
    expect(keys.filter((key) => /gpu|accelerator/.test(key))).toEqual([]);
  });

  test('is on bare metal exactly if its size says so', () => {
    const odd = instanceTypes().filter(
      ({ labels }) => (labels[`${AWS}hypervisor`] === '') !== labels[`${AWS}size`].startsWith('metal'),
    );
    expect(odd).toEqual([]);
  });

  test('has whole positive amounts, and a price above zero if any', () => {
    const odd = instanceTypes().filter(
      ({ vcpu, memoryMib, enis, ipv4PerEni, onDemandUsdPerHour = 1 }) =>
        ![vcpu, memoryMib, enis, ipv4PerEni].every((amount) => Number.isInteger(amount) && amount > 0) ||
        !(onDemandUsdPerHour > 0),
    );
    expect(odd).toEqual([]);
  });
});

describe('reading a catalogue', () => {
  const file: CatalogueFile = {
    source: 'made by hand',
    tag: 'v1.14.1',
    date: '2026-08-20',
    priceRegion: 'us-east-1',
    priceDate: '2026-07-06',
    columns: ['enis', `${AWS}gpu-count`, 'name', `${AWS}cpu`, `${AWS}hypervisor`, 'onDemandUsdPerHour'],
    rows: [[3, null, 'm9.large', 2, '']],
  };

  test('goes by the names of the columns, not by their order', () => {
    const [type] = decodeCatalogue(file);
    expect(type).toMatchObject({ name: 'm9.large', enis: 3, vcpu: 2 });
  });

  test.each([
    ['m7g.2xlarge', 'm', '7', 'm7g', '2xlarge', 'false'],
    ['c7i-flex.large', 'c', '7', 'c7i-flex', 'large', 'true'],
    ['u-6tb1.56xlarge', 'u', '1', 'u-6tb1', '56xlarge', 'false'],
    ['hpc7g.16xlarge', 'hpc', '7', 'hpc7g', '16xlarge', 'false'],
    ['r8gb.metal-24xl', 'r', '8', 'r8gb', 'metal-24xl', 'false'],
  ])('finds category, generation, family, size and flex in the name %s', (name, ...expected) => {
    const [{ labels }] = decodeCatalogue({ ...file, columns: ['name'], rows: [[name]] });
    const keys = ['category', 'generation', 'family', 'size', 'capability-flex'];
    expect(keys.map((key) => labels[`${AWS}${key}`])).toEqual(expected);
  });

  test('takes a null and a cell that is left out for no label or no price, and an empty text for a value', () => {
    const [type] = decodeCatalogue(file);
    expect(type.labels).not.toHaveProperty([`${AWS}gpu-count`]);
    expect(type.labels[`${AWS}hypervisor`]).toBe('');
    expect(type.onDemandUsdPerHour).toBeUndefined();
  });
});
