import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CATALOGUE_FILE,
  type CatalogueFile,
  decodeCatalogue,
  type InstanceType,
} from '../../../lib/karpenter/instance-types';
import type { InstanceTypeInfo } from '../../../tools/scripts/instance-type-info';
import { type Input, print, rebuild, run } from '../../../tools/scripts/instance-types';

const AWS = 'karpenter.k8s.aws/instance-';

/** A made-up type in the form of `aws ec2 describe-instance-types`. */
function described(name: string, more: Partial<InstanceTypeInfo> = {}): InstanceTypeInfo {
  return {
    InstanceType: name,
    SupportedVirtualizationTypes: ['hvm'],
    Hypervisor: 'nitro',
    VCpuInfo: { DefaultVCpus: 2 },
    MemoryInfo: { SizeInMiB: 8192 },
    ProcessorInfo: {
      Manufacturer: 'Intel',
      SupportedArchitectures: ['x86_64'],
      SustainedClockSpeedInGhz: 3.1,
    },
    EbsInfo: { EbsOptimizedSupport: 'default', EbsOptimizedInfo: { MaximumBandwidthInMbps: 4750 } },
    NetworkInfo: {
      DefaultNetworkCardIndex: 0,
      EncryptionInTransitSupported: true,
      Ipv4AddressesPerInterface: 10,
      NetworkCards: [{ MaximumNetworkInterfaces: 3 }],
    },
    ...more,
  };
}

const present: CatalogueFile = {
  source: 'made by hand',
  tag: 'v1.14.1',
  date: '2026-08-20',
  priceRegion: 'us-east-1',
  priceDate: '2026-07-06',
  columns: CATALOGUE_FILE.columns,
  rows: [],
};

function only(item: InstanceTypeInfo): InstanceType {
  const catalogue = rebuild({ described: [item], date: '2026-11-23', region: 'us-east-1' }, present);
  return decodeCatalogue(catalogue)[0];
}

function withOld(input: Partial<Input>): CatalogueFile {
  const row = CATALOGUE_FILE.rows.find(([name]) => name === 'm5.large') ?? [];
  const old = { ...present, rows: [row] };
  return rebuild(
    { described: [described('m5.large')], date: '2026-11-23', region: 'eu-central-1', ...input },
    old,
  );
}

describe('a type that EC2 describes', () => {
  test('gets the labels that Karpenter would give it', () => {
    expect(only(described('m5.large'))).toEqual({
      name: 'm5.large',
      labels: {
        [`${AWS}capability-flex`]: 'false',
        [`${AWS}category`]: 'm',
        [`${AWS}cpu`]: '2',
        [`${AWS}cpu-manufacturer`]: 'intel',
        [`${AWS}cpu-sustained-clock-speed-mhz`]: '3100',
        [`${AWS}ebs-bandwidth`]: '4750',
        [`${AWS}encryption-in-transit-supported`]: 'true',
        [`${AWS}family`]: 'm5',
        [`${AWS}generation`]: '5',
        [`${AWS}hypervisor`]: 'nitro',
        [`${AWS}memory`]: '8192',
        [`${AWS}size`]: 'large',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm5.large',
      },
      vcpu: 2,
      memoryMib: 8192,
      arch: 'amd64',
      enis: 3,
      ipv4PerEni: 10,
      onDemandUsdPerHour: undefined,
      localNvmeGb: undefined,
    });
  });

  test.each<[string, Partial<InstanceTypeInfo>, Record<string, string | undefined>]>([
    ['bare metal has an empty hypervisor', { Hypervisor: undefined }, { [`${AWS}hypervisor`]: '' }],
    [
      'EBS bandwidth counts only where EBS is optimized by default',
      { EbsInfo: { EbsOptimizedSupport: 'supported', EbsOptimizedInfo: { MaximumBandwidthInMbps: 500 } } },
      { [`${AWS}ebs-bandwidth`]: undefined },
    ],
    [
      'an NVMe instance store counts with all its disks',
      { InstanceStorageInfo: { NvmeSupport: 'required', TotalSizeInGB: 150 } },
      { [`${AWS}local-nvme`]: '150' },
    ],
    [
      'an instance store that is not NVMe does not count',
      { InstanceStorageInfo: { NvmeSupport: 'unsupported', TotalSizeInGB: 4 } },
      { [`${AWS}local-nvme`]: undefined },
    ],
    [
      'GPU names become label values',
      {
        GpuInfo: {
          Gpus: [{ Name: 'Radeon Pro V520', Manufacturer: 'AMD', Count: 2, MemoryInfo: { SizeInMiB: 8192 } }],
        },
      },
      {
        [`${AWS}gpu-name`]: 'radeon-pro-v520',
        [`${AWS}gpu-manufacturer`]: 'amd',
        [`${AWS}gpu-count`]: '2',
        [`${AWS}gpu-memory`]: '8192',
      },
    ],
    [
      'two kinds of GPU in one node give no label',
      {
        GpuInfo: {
          Gpus: [
            { Name: 'T4', Manufacturer: 'NVIDIA', Count: 1, MemoryInfo: { SizeInMiB: 1 } },
            { Name: 'L4', Manufacturer: 'NVIDIA', Count: 1, MemoryInfo: { SizeInMiB: 1 } },
          ],
        },
      },
      { [`${AWS}gpu-count`]: undefined },
    ],
    [
      'two kinds of accelerator in one node give no label',
      {
        NeuronInfo: {
          NeuronDevices: [
            { Name: 'A', Count: 1 },
            { Name: 'B', Count: 1 },
          ],
        },
      },
      { [`${AWS}accelerator-count`]: undefined },
    ],
    [
      'Neuron devices go before inference accelerators',
      {
        NeuronInfo: { NeuronDevices: [{ Name: 'Inferentia', Count: 4 }] },
        InferenceAcceleratorInfo: { Accelerators: [{ Name: 'Other', Manufacturer: 'Other', Count: 1 }] },
      },
      {
        [`${AWS}accelerator-name`]: 'inferentia',
        [`${AWS}accelerator-manufacturer`]: 'aws',
        [`${AWS}accelerator-count`]: '4',
      },
    ],
    [
      'other accelerators keep their manufacturer',
      { InferenceAcceleratorInfo: { Accelerators: [{ Name: 'AI100', Manufacturer: 'Qualcomm', Count: 8 }] } },
      { [`${AWS}accelerator-manufacturer`]: 'qualcomm', [`${AWS}accelerator-count`]: '8' },
    ],
    [
      'the clock rounds to whole MHz',
      {
        ProcessorInfo: {
          Manufacturer: 'AWS',
          SupportedArchitectures: ['arm64'],
          SustainedClockSpeedInGhz: 2.2999,
        },
      },
      { [`${AWS}cpu-sustained-clock-speed-mhz`]: '2300', 'kubernetes.io/arch': 'arm64' },
    ],
  ])('%s', (_, more, expected) => {
    const { labels } = only(described('m5.large', more));
    expect(Object.fromEntries(Object.keys(expected).map((key) => [key, labels[key]]))).toEqual(expected);
  });

  test('has the network interfaces of its default card, not of all cards', () => {
    const NetworkInfo = {
      DefaultNetworkCardIndex: 1,
      Ipv4AddressesPerInterface: 50,
      NetworkCards: [{ MaximumNetworkInterfaces: 7 }, { MaximumNetworkInterfaces: 8 }],
    };
    expect(only(described('m5.large', { NetworkInfo }))).toMatchObject({ enis: 8, ipv4PerEni: 50 });
  });
});

describe('a rebuilt catalogue', () => {
  const names = (items: InstanceTypeInfo[]) =>
    rebuild({ described: items, date: '2026-11-23', region: 'us-east-1' }, present).rows.map(
      ([name]) => name,
    );

  test('lists by name each type once, of whichever region', () => {
    expect(names([described('t3.nano'), described('m5.large'), described('t3.nano')])).toEqual([
      'm5.large',
      't3.nano',
    ]);
  });

  test('takes the first of two descriptions of a type, and stores no nulls at the end of its row', () => {
    const other = described('m5.large', { MemoryInfo: { SizeInMiB: 1 } });
    const both = [described('m5.large'), other];
    const { rows } = rebuild({ described: both, date: '2026-11-23', region: 'us-east-1' }, present);
    expect(rows).toEqual([['m5.large', 'amd64', 'intel', 2, 8192, 3100, 4750, null, 'nitro', true, 3, 10]]);
  });

  test('leaves out what Karpenter does not launch: Macs, 32 bits, paravirtual', () => {
    const mac = described('mac2.metal', { ProcessorInfo: { SupportedArchitectures: ['arm64_mac'] } });
    const i386 = described('x1.small', { ProcessorInfo: { SupportedArchitectures: ['i386'] } });
    const paravirtual = described('t1.micro', { SupportedVirtualizationTypes: ['paravirtual'] });
    expect(names([mac, i386, paravirtual, described('m5.large')])).toEqual(['m5.large']);
  });

  test('keeps the present network bandwidth, which EC2 does not tell, and the present prices without new ones', () => {
    const catalogue = withOld({});
    const [type] = decodeCatalogue(catalogue);
    expect(type.labels[`${AWS}network-bandwidth`]).toBe('750');
    expect(type.onDemandUsdPerHour).toBeGreaterThan(0);
    expect(catalogue).toMatchObject({
      date: '2026-11-23',
      priceRegion: 'us-east-1',
      priceDate: '2026-07-06',
    });
  });

  test('takes new prices as a whole, so that prices of two regions never mix', () => {
    const input = {
      described: [described('m5.large'), described('m5.xlarge')],
      prices: { 'm5.xlarge': 0.23 },
    };
    const catalogue = withOld(input);
    expect(decodeCatalogue(catalogue).map((type) => type.onDemandUsdPerHour)).toEqual([undefined, 0.23]);
    expect(catalogue).toMatchObject({ priceRegion: 'eu-central-1', priceDate: '2026-11-23' });
  });

  test('prints one type per line and reads back as it was', () => {
    const catalogue = withOld({ described: [described('m5.large'), described('t3.nano')] });
    const text = print(catalogue);
    expect(JSON.parse(text)).toEqual(catalogue);
    expect(text.split('\n').filter((line) => line.startsWith('["'))).toHaveLength(2);
  });

  test('prints the catalogue of this repository as it is stored', () => {
    expect(JSON.parse(print(CATALOGUE_FILE))).toEqual(CATALOGUE_FILE);
  });
});

describe('the command', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'instance-types-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function file(name: string, content: unknown): string {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  const when = ['--date', '2026-11-23', '--region', 'us-east-1'];

  test('joins the files of several regions and says how much it found', () => {
    const east = file('east.json', { InstanceTypes: [described('m5.large')] });
    const west = file('west.json', { InstanceTypes: [described('m5.large'), described('m99.large')] });
    const prices = file('prices.json', { 'm5.large': 0.1 });
    const { catalogue, note } = run(['--describe', east, '--describe', west, '--prices', prices, ...when]);
    expect(JSON.parse(catalogue).rows).toHaveLength(2);
    expect(note).toContain(
      '2 types, 1 prices of us-east-1 from 2026-11-23; 1 types without network bandwidth',
    );
  });

  test.each<[string, string | object, string]>([
    ['is not JSON', '{', 'not JSON'],
    [
      'has no InstanceTypes',
      {},
      'no list InstanceTypes. Need: aws ec2 describe-instance-types --output json',
    ],
    ['is null', 'null', 'no list InstanceTypes'],
    [
      'was cut down by a query',
      { InstanceTypes: [{ InstanceType: 'm5.large' }] },
      'InstanceTypes[0] has no VCpuInfo',
    ],
  ])('refuses a description that %s', (_, content, message) => {
    const path = file('describe.json', content);
    expect(() => run(['--describe', path, ...when])).toThrow(`${path}: ${message}`);
  });

  test('refuses a file that is not there', () => {
    const path = join(folder, 'none.json');
    expect(() => run(['--describe', path, ...when])).toThrow(`${path}: cannot be read (ENOENT`);
  });

  test.each([
    [{ 'm5.large': '0.096' }, 'found "m5.large": "0.096"'],
    [{ 'm5.large': 0 }, 'found "m5.large": 0'],
    [[0.096], 'found something else'],
  ])('refuses %j as prices', (content, message) => {
    const describe = file('describe.json', { InstanceTypes: [] });
    expect(() => run(['--describe', describe, '--prices', file('prices.json', content), ...when])).toThrow(
      message,
    );
  });

  test.each([
    [[], '--describe <file> is missing'],
    [
      ['--describe', 'a.json', '--region', 'us-east-1', '--date', 'today'],
      '--date today: need the day of the input',
    ],
    [['--describe', 'a.json', '--date', '2026-11-23'], '--region is missing'],
    [['--descrbe', 'a.json'], "Unknown option '--descrbe'"],
  ])('refuses the arguments %j', (args, message) => {
    expect(() => run(args)).toThrow(message);
  });
});
