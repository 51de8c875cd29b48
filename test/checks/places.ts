/** Ends of paths in the fixture fleet: the runner arm64-spot, the pool of its jobs, and what all runners share. */
export const CONFIG = 'arm64-spot/configmap.yaml';
export const DEPLOYMENT = 'arm64-spot/deployment.yaml';
export const ROLE = 'arm64-spot/role.yaml';
export const BINDING = 'arm64-spot/rolebinding.yaml';
export const SEALED = 'arm64-spot/sealedsecret.yaml';
export const POOL = 'nodepool-gitlab-jobs-arm64-spot.yaml';
export const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
export const MANAGERS = 'nodepool-gitlab-managers.yaml';
export const JOBS_NAMESPACE = 'namespace-gitlab-jobs.yaml';
export const JOBS_POLICY = 'networkpolicy-gitlab-jobs.yaml';

/** The config.toml of another runner, amd64-spot. */
export const AMD64_CONFIG = 'amd64-spot/configmap.yaml';
