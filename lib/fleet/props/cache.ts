/**
 * A bucket for `cache:` of jobs, in Amazon S3 or on a server that speaks as it does. Managers sign URLs; job pods hold no
 * credentials. A runner with a `cache` of its own may name another bucket or path.
 */
export interface S3CacheProps {
  /** Name of the bucket. */
  readonly bucket: string;
  /** AWS region of the bucket, for example `eu-west-1`; with `server` what that server calls it, for MinIO `us-east-1`. */
  readonly region: string;
  /**
   * An S3-compatible server, as `host` or `host:port` without scheme: `minio.example.com:9000`. Jobs may reach its port. It is
   * asked by HTTPS unless `insecure` says otherwise; for a CA of your own see `gitlabCa`.
   *
   * @default - none: Amazon S3
   */
  readonly server?: string;
  /**
   * Whether `server` is asked by plain HTTP: everyone on the way can then read and change what jobs run.
   *
   * @default false
   */
  readonly insecure?: boolean;
  /**
   * Whether URLs of `server` have the bucket in their path instead of in the host's name.
   *
   * @default - true for servers that are neither Amazon's nor Google's
   */
  readonly pathStyle?: boolean;
  /**
   * Name of a Secret with keys of an account, in the namespace of managers, that someone else makes: `accesskey` and
   * `secretkey`. Managers have them as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. In place of `identity`. Chart:
   * `runners.cache.secretName`.
   *
   * @default - none: `identity` gives credentials
   */
  readonly credentialsSecret?: string;
  /**
   * How managers get AWS credentials: `pod-identity` (the association is created where the cluster is provisioned) or
   * `irsa` (needs `roleArn`).
   *
   * @default 'pod-identity'
   */
  readonly identity?: 'pod-identity' | 'irsa';
  /**
   * ARN of the role that managers assume. With `irsa` it is an annotation of their ServiceAccount.
   *
   * @default - none
   */
  readonly roleArn?: string;
  /**
   * Encryption of uploads: `S3` (keys of S3), `KMS`, or `DSSE-KMS` (two layers).
   *
   * @default - none: that of the bucket
   */
  readonly encryption?: 'S3' | 'KMS' | 'DSSE-KMS';
  /**
   * With `encryption` by KMS, where it is required: ARN, id or alias of the key. With `roleArn` and without `irsa`, the ARN.
   *
   * @default - none
   */
  readonly kmsKeyId?: string;
  /**
   * Prefix of the objects in the bucket.
   *
   * @default - none
   */
  readonly path?: string;
  /**
   * Whether the runners of the fleet share cached objects. Do not share across trust boundaries: whoever writes a cache
   * can change what another job runs.
   *
   * @default false
   */
  readonly shared?: boolean;
}
