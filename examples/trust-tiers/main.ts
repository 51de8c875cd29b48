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
    ],
  },
  {
    name: 'protected',
    clusterName: 'production',
    prefix: 'protected',
    nodeClass: { nodeRole: 'KarpenterNodeRole-production-protected' },
    existing: ['ServiceAccount/protected-jobs/deploy'],
    runnerDefaults: {
      protected: true,
      exactTags: true,
      cache: { bucket: 'protected-cache', region: 'eu-west-1' },
      jobImage: 'registry.example.com/release/tools:1.4',
      config: {
        runner: {
          kubernetes: {
            allowed_images: ['registry.example.com/release/**'],
            allowed_services: ['registry.example.com/release/**'],
          },
        },
      },
    },
    runners: [
      { name: 'deploy', arch: 'arm64', capacity: 'on-demand', tags: ['deploy'], serviceAccount: 'deploy' },
      { name: 'release', arch: 'arm64', capacity: 'on-demand', tags: ['release'] },
    ],
  },
]);
