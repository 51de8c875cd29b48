import { synth } from 'gitlab-runner-fleet';

const size = (cpu: string, memory: string) => ({
  cpu: { request: cpu, maxRequest: cpu },
  memory: { request: memory, limit: memory },
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
      { name: 'small', arch: 'arm64', capacity: 'spot', tags: ['small'], build: size('500m', '1Gi') },
      { name: 'medium', arch: 'arm64', capacity: 'spot', tags: ['medium'], build: size('2', '4Gi') },
      { name: 'large', arch: 'arm64', capacity: 'spot', tags: ['large'], build: size('6', '16Gi') },
    ],
  },
]);
