import { synth } from 'gitlab-runner-fleet';

const generation = (number: number) => ({
  nodeSelector: {
    'karpenter.k8s.aws/instance-generation': `${number}`,
    'karpenter.k8s.aws/instance-capability-flex': 'false',
  },
  capacity: 'on-demand' as const,
  concurrency: 5,
});

synth([
  {
    name: 'production',
    gitlabUrl: 'https://gitlab.com',
    runners: [
      { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
      { name: 'amd64-on-demand', arch: 'amd64', capacity: 'on-demand' },
      { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },
      { name: 'arm64-on-demand', arch: 'arm64', capacity: 'on-demand' },
      { name: 'graviton2', arch: 'arm64', tags: ['graviton2'], ...generation(6) },
      { name: 'graviton3', arch: 'arm64', tags: ['graviton3'], ...generation(7) },
      { name: 'graviton4', arch: 'arm64', tags: ['graviton4'], ...generation(8) },
      { name: 'x86-6', arch: 'amd64', tags: ['x86-6'], ...generation(6) },
      { name: 'x86-7', arch: 'amd64', tags: ['x86-7'], ...generation(7) },
      { name: 'x86-8', arch: 'amd64', tags: ['x86-8'], ...generation(8) },
    ],
  },
]);
