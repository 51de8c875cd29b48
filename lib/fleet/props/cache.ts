/**
 * A bucket for `cache:` of jobs, in Amazon S3 or on an S3-compatible server. Managers sign URLs; job pods hold no
 * credentials. A runner with a `cache` of its own may name another bucket or path.
 */
export interface S3CacheProps {
  /** Name of the bucket. */
  readonly bucket: string;
  /** AWS region of the bucket, for example `eu-west-1`; with `server` the region of that server, for MinIO `us-east-1`. */
  readonly region: string;
  /**
   * Host of an S3-compatible server, with its port if need be, without a scheme: `minio.example.com:9000`. Its port is open
   * to jobs. It is reached by HTTPS, unless `insecure` is set; for a CA of your own see `gitlabCa`.
   *
   * @default - none: Amazon S3
   */
  readonly server?: string;
  /**
   * Whether `server` is reached by plain HTTP: anyone in between can then read and change what jobs run.
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
   * Name of a Secret that is made elsewhere, in the namespace of managers, with the keys `accesskey` and `secretkey` of an
   * account. Managers get them as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. Replaces `identity`. Chart:
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
   * ARN, id or alias of the key, required for `encryption` by KMS. With `roleArn` and without `irsa`, it must be the ARN.
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
