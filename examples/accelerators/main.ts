import { synth } from 'gitlab-runner-fleet';

const U30 = 'xilinx.com/fpga-xilinx_u30_gen3x4_base_1-0';
const withVideoDriver = {
  spec: { amiFamily: 'AL2023', amiSelectorTerms: [{ tags: { driver: 'xilinx-u30' } }] },
};

synth([
  {
    name: 'production',
    gitlabUrl: 'https://gitlab.com',
    runners: [
      { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
      { name: 'amd64-on-demand', arch: 'amd64', capacity: 'on-demand' },
      { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },
      { name: 'arm64-on-demand', arch: 'arm64', capacity: 'on-demand' },
      {
        name: 'gpu',
        arch: 'amd64',
        capacity: 'on-demand',
        pool: 'gpu',
        devices: { 'nvidia.com/gpu': 1 },
        exactTags: true,
        tags: ['gpu'],
      },
      {
        name: 'video',
        arch: 'amd64',
        capacity: 'on-demand',
        pool: 'video',
        devices: { [U30]: 1 },
        concurrency: 20,
        exactTags: true,
        tags: ['vt1'],
      },
    ],
    nodePools: [
      {
        pool: 'gpu',
        arch: 'amd64',
        capacity: 'on-demand',
        instanceFamilies: ['g4dn', 'g5', 'g6'],
        limits: { cpu: '160', memory: '640Gi' },
      },
      {
        pool: 'video',
        arch: 'amd64',
        capacity: 'on-demand',
        instanceFamilies: ['vt1'],
        instanceSizes: ['3xlarge'],
        devices: { [U30]: 1 },
        limits: { cpu: '240', memory: '480Gi' }, // 20 jobs of 12 CPUs
        nodeClass: { rootVolume: { size: '50Gi' } },
        patches: { EC2NodeClass: withVideoDriver },
      },
    ],
  },
]);
