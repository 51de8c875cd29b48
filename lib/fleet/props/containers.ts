/** Images that are pinned by digest. */
export interface ImageDigestsProps {
  /**
   * The manager's, for all architectures: `alpine-v19.3.0@sha256:...`.
   *
   * @default - by tag
   */
  readonly manager?: string;
  /**
   * The helper's, which has an image for each architecture.
   *
   * @default - by tag
   */
  readonly helper?: HelperDigestsProps;
}

/** Images of the helper; each runner takes that of its architecture. */
export interface HelperDigestsProps {
  /**
   * Of runners on amd64: `x86_64-v19.3.0@sha256:...`.
   *
   * @default - by tag
   */
  readonly amd64?: string;
  /**
   * Of runners on arm64: `arm64-v19.3.0@sha256:...`.
   *
   * @default - by tag
   */
  readonly arm64?: string;
}

/** Requests and limits of one container, and how far a job may override them. */
export interface ContainerResources {
  /** CPU, quantities: `500m`, `2`. */
  readonly cpu?: ResourceRange;
  /** Memory, quantities of bytes: `512Mi`, `2Gi`. */
  readonly memory?: ResourceRange;
  /** Disk outside volumes: working copy, image layers, logs. Quantities of bytes. */
  readonly ephemeralStorage?: ResourceRange;
}

/** Requests and limits of one resource, as Kubernetes quantities; `null` removes a default. */
export interface ResourceRange {
  /** What the scheduler reserves. */
  readonly request?: string | null;
  /** What the container may use. */
  readonly limit?: string | null;
  /**
   * Most that a job may ask for by variable (`KUBERNETES_CPU_REQUEST`, ...). Without it the variable has no effect.
   * At most `limit`, or at most `maxLimit`: jobs that ask for more than `limit` must then raise both variables.
   */
  readonly maxRequest?: string | null;
  /** Most that a job may set as limit by variable (`KUBERNETES_CPU_LIMIT`, ...). */
  readonly maxLimit?: string | null;
}
