/**
 * Certificates of your own CA, in PEM. Exactly one of `pem`, `configMap` and `secret` is given. Managers verify GitLab with
 * them in addition to the usual CAs, and Git in jobs gets them from its manager.
 */
export interface GitlabCaProps {
  /**
   * The certificates themselves, one after another, for example `readFileSync('gitlab-ca.crt', 'utf8')`. They are public and
   * are rendered as the ConfigMap `gitlab-ca`, in the namespace of managers and, with `jobs`, in those of jobs. A private key
   * is refused. At most 512Ki.
   *
   * @default - none
   */
  readonly pem?: string;

  /**
   * Name of a ConfigMap that holds them and is made elsewhere, in the namespace of managers and, with `jobs`, in those
   * of jobs.
   *
   * @default - none
   */
  readonly configMap?: string;

  /**
   * Name of a Secret that holds them and is made elsewhere, in the namespaces of `configMap`. Chart: `certsSecretName`.
   *
   * @default - none
   */
  readonly secret?: string;

  /**
   * Key of the ConfigMap or the Secret.
   *
   * @default 'ca.crt'
   */
  readonly key?: string;

  /**
   * Whether job pods get the certificates too, as the file `/etc/gitlab-ca/ca.crt`, with `SSL_CERT_DIR` (Go, for example
   * the cache) and `NODE_EXTRA_CA_CERTS` (Node.js), which add to what an image trusts.
   *
   * @default - true with `pem`, false otherwise
   */
  readonly jobs?: boolean;
}
