import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  because,
  DISK,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  PRIVILEGED,
  pinned,
  propagated,
  SERVICE,
  UNPRIVILEGED,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'ceilings',
    runners: [
      {
        name: 'docker',
        arch: 'amd64',
        capacity: 'spot',
        concurrency: 10,
        tags: ['kubernetes', 'cluster'],
        privileged: true,
        jobImage: 'debian:13.1-slim',
        pollTimeout: '5m',
        cache: {
          bucket: 'acme-runner-cache',
          region: 'us-east-1',
          path: 'cache',
          shared: true,
          identity: 'irsa',
          roleArn: 'arn:aws:iam::123456789012:role/acme-runner',
        },
        build: {
          cpu: { request: '300m', limit: '500m', maxRequest: '2', maxLimit: '2' },
          memory: { request: '1Gi', limit: '4Gi', maxRequest: '8Gi', maxLimit: '8Gi' },
          ephemeralStorage: { request: '500Mi', limit: '2000Mi', maxLimit: '10Gi', maxRequest: null },
        },
        service: {
          cpu: { request: '500m', limit: '2', maxRequest: null },
          memory: { request: '500Mi', limit: '8Gi', maxRequest: null, maxLimit: null },
          ephemeralStorage: { request: '1Mi', limit: '500Mi', maxLimit: '1000Mi' },
        },
        helper: {
          cpu: { request: '500m', limit: '2' },
          memory: { request: '500Mi', limit: '2Gi' },
          ephemeralStorage: { request: '1Mi', limit: '500Mi', maxLimit: '1000Mi' },
        },
        volumes: [{ mountPath: '/certs/client', emptyDir: { medium: 'Memory' } }],
      },
      {
        name: 'plain',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 4,
        jobImage: 'alpine:3.23',
        build: {
          cpu: { request: '250m', limit: '1', maxRequest: '4', maxLimit: '4' },
          memory: { request: '256Mi', limit: '1Gi', maxRequest: '4Gi', maxLimit: '8Gi' },
        },
        helper: {
          cpu: { request: '50m', limit: '200m' },
          memory: { request: '64Mi', limit: '256Mi' },
        },
      },
    ],
  },
  differs: {
    docker: [
      ownNamespace('gitlab-runner', 'gitlab-jobs-privileged'),
      ownNodes('privileged', 'spot'),
      NOT_DISRUPTED,
      NO_TOKEN,
      PRIVILEGED,
      propagated(['/certs/client']),
      ALWAYS_PULLED,
      pinned('debian:stable-slim', 'debian:13.1-slim'),
      because(
        'Karpenter starts the nodes, and labels them otherwise than EKS does',
        'nodeSelector.eks.amazonaws.com/capacityType: SPOT -> none',
      ),
      because('it is the default address', 'config.cache.s3.ServerAddress: s3.amazonaws.com -> none'),
    ],
    plain: [
      ownNamespace('gitlab-runner', 'gitlab-jobs'),
      ownNodes('jobs', 'on-demand'),
      linux('amd64'),
      NOT_DISRUPTED,
      NO_TOKEN,
      UNPRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      SERVICE,
    ],
  },
};
