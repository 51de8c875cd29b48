import { synth } from 'gitlab-runner-fleet';

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
        name: 'docker',
        arch: 'amd64',
        capacity: 'on-demand',
        exactTags: true,
        tags: ['docker'],
        concurrency: 10,
        dockerInDocker: {},
        service: {
          cpu: { request: '2' },
          memory: { request: '4Gi', limit: '8Gi' },
          ephemeralStorage: { request: '20Gi', limit: '40Gi' },
        },
      },
    ],
  },
]);
