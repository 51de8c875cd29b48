/**
 * A Docker daemon that runs with each job as the service `docker`; jobs reach it over TLS at `DOCKER_HOST`. Only services are
 * privileged, which does not protect the node: anyone who can ask the daemon for a privileged container controls the node, and
 * can read the images and files of other jobs there.
 */
export interface DockerInDockerProps {
  /**
   * Image of the daemon, with a tag or digest that does not move.
   *
   * @default - `DOCKER_DAEMON_IMAGE` in `lib/fleet/versions.ts`
   */
  readonly image?: string;

  /**
   * Mirror of Docker Hub that the daemon pulls from, with scheme and without a path: `https://mirror.example.com`. Jobs may
   * reach its port. Nodes have mirrors of their own, `nodeClass.registryMirrors`.
   *
   * @default - none: the daemon asks Docker Hub, which limits pulls
   */
  readonly registryMirror?: string;

  /**
   * Most bytes of a packet in the networks that the daemon makes, from 576 to 9001. Needed where the network of pods takes
   * smaller packets than 1500, for example an overlay with 1450.
   *
   * @default - 1500, Docker's own
   */
  readonly mtu?: number;

  /**
   * Images that jobs may bring as services besides the daemon, globs: `*` stops at a slash, `**` does not. All services of the
   * runner are privileged, and count in `maxServices`.
   *
   * @default - none
   */
  readonly allowedServices?: readonly string[];
}
