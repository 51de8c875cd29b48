import { synth } from 'gitlab-runner-fleet';

synth([
  {
    name: 'production',
    gitlabUrl: 'https://gitlab.com',
    runners: [
      { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
      { name: 'amd64-on-demand', arch: 'amd64', capacity: 'on-demand' },
      { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },
      {
        name: 'arm64-on-demand',
        arch: 'arm64',
        capacity: 'on-demand',
        prewarm: { jobs: 8, hours: ['* 7-17 * * mon-fri'], timezone: 'Europe/Berlin' },
      },
    ],
  },
]);
