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
      { name: 'fargate', arch: 'amd64', capacity: 'fargate' },
    ],
    fargate: { region: 'eu-west-1' },
  },
]);
