/** Mirrors of one registry. */
export interface RegistryMirrorProps {
  /** The registry as images name it, `docker.io` for those that name none: `quay.io`, `registry.example.com:5000`. */
  readonly registry: string;

  /**
   * Addresses of its mirrors, tried in this order before the registry itself: `https://mirror.example.com`. A path
   * replaces `/v2`: `https://harbor.example.com/v2/docker-hub`. They must let nodes pull without a password: one in user data
   * would be readable by everyone, and nodes have no other for a mirror. So ECR is refused; use its image names instead.
   */
  readonly endpoint: readonly string[];
}
