import { type RunnerProps, synth } from 'gitlab-runner-fleet';

/** Builds images in user namespaces, without privileges: one runner for each architecture, and only for jobs that ask for it. */
function imageBuilder(arch: 'amd64' | 'arm64'): RunnerProps {
  return {
    name: `images-${arch}`,
    arch,
    capacity: 'spot',
    exactTags: true,
    tags: ['images', arch],
    rootlessBuilds: true,
    jobImage: 'quay.io/buildah/stable:v1.43.1',
    build: {
      cpu: { request: '2' },
      memory: { request: '4Gi', limit: '8Gi' },
      ephemeralStorage: { request: '20Gi' },
    },
  };
}

synth([
  {
    name: 'production',
    gitlabUrl: 'https://gitlab.com',
    runners: [
      { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
      { name: 'amd64-on-demand', arch: 'amd64', capacity: 'on-demand' },
      { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },
      { name: 'arm64-on-demand', arch: 'arm64', capacity: 'on-demand' },
      imageBuilder('amd64'),
      imageBuilder('arm64'),
    ],
  },
]);
