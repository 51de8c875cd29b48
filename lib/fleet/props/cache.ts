/** An S3 bucket for `cache:` of jobs. Managers sign URLs; job pods hold no credentials. */
export interface S3CacheProps {
  /** Name of the bucket. */
  readonly bucket: string;
  /** AWS region of the bucket, for example `eu-west-1`. */
  readonly region: string;
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
