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
        name: 'images',
        arch: 'arm64',
        capacity: 'on-demand',
        exactTags: true,
        tags: ['images'],
        rootlessBuilds: true,
        jobImage: 'moby/buildkit:v0.21.0-rootless',
        build: {
          cpu: { request: '2' },
          memory: { request: '4Gi', limit: '8Gi' },
          ephemeralStorage: { request: '20Gi' },
        },
      },
    ],
  },
]);
