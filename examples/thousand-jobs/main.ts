import { synth } from 'gitlab-runner-fleet';

synth([
  {
    name: 'production',
    gitlabUrl: 'https://gitlab.com',
    runners: [
      { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
      { name: 'amd64-on-demand', arch: 'amd64', capacity: 'on-demand' },
      {
        name: 'arm64-spot',
        arch: 'arm64',
        capacity: 'spot',
        managers: 5,
        concurrency: 200,
        config: { runner: { kubernetes: { poll_interval: 10 } } },
      },
      { name: 'arm64-on-demand', arch: 'arm64', capacity: 'on-demand' },
    ],
  },
]);
