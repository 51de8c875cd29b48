import { synth } from 'gitlab-runner-fleet';

synth([
  {
    name: 'production',
    gitlabUrl: 'https://gitlab.com',
    compute: 'eks-auto-mode',
    // The cluster's, as needs says: without it EKS Auto Mode ignores network policies.
    existing: ['ConfigMap/kube-system/amazon-vpc-cni'],
    runners: [
      { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
      { name: 'amd64-on-demand', arch: 'amd64', capacity: 'on-demand' },
      { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },
      { name: 'arm64-on-demand', arch: 'arm64', capacity: 'on-demand' },
    ],
  },
]);
