import { synth } from 'gitlab-runner-fleet';

const size = (name: string, cpu: string, memory: string) => ({
  name,
  arch: 'arm64' as const,
  capacity: 'spot' as const,
  exactTags: true,
  tags: [name],
  build: { cpu: { request: cpu, maxRequest: cpu }, memory: { request: memory, limit: memory } },
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
      size('small', '500m', '1Gi'),
      size('medium', '2', '4Gi'),
      size('large', '6', '16Gi'),
    ],
  },
]);
