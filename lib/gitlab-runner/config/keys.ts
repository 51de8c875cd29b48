/**
 * Every key of config.toml that the Kubernetes executor and its surroundings know: one list for the compiler and for
 * the checks of parsed files.
 * @see gitlab-runner 19.3 and 19.4 common/config.go
 */

/** What a value is. Quantities, durations and patterns are texts whose form only fails when a job runs. */
export interface ValueTypes {
  readonly string: string;
  readonly boolean: boolean;
  readonly integer: number;
  readonly number: number;
  /** Kubernetes quantity of CPUs, bytes. */
  readonly cpu: string;
  readonly bytes: string;
  /** Go duration ("15m"), or an integer of nanoseconds. */
  readonly duration: string | number;
  /** Regular expression that job variables must match. */
  readonly pattern: string;
  /** A date of TOML, or one as a text. */
  readonly date: string;
}

/** A key's value, in the dialect of `lib/shape/shape.ts` as far as the compiler reads it here. */
export type KeyShape =
  | keyof ValueTypes
  | { readonly list: KeyShape }
  | { readonly map: KeyShape }
  | { readonly either: readonly KeyShape[] }
  | { readonly table: TableShape };
export type TableShape = { readonly [key: string]: KeyShape };

const PROFILE = { type: 'string', localhost_profile: 'string' } as const satisfies TableShape;

const CONTAINER_SECURITY_CONTEXT = {
  capabilities: { table: { add: { list: 'string' }, drop: { list: 'string' } } },
  privileged: 'boolean',
  run_as_user: 'integer',
  run_as_group: 'integer',
  run_as_non_root: 'boolean',
  read_only_root_filesystem: 'boolean',
  allow_privilege_escalation: 'boolean',
  selinux_type: 'string',
  proc_mount: 'string',
  seccomp_profile: { table: PROFILE },
  app_armor_profile: { table: PROFILE },
} as const satisfies TableShape;

const POD_SECURITY_CONTEXT = {
  fs_group: 'integer',
  run_as_group: 'integer',
  run_as_non_root: 'boolean',
  run_as_user: 'integer',
  supplemental_groups: { list: 'integer' },
  selinux_type: 'string',
  seccomp_profile: { table: PROFILE },
  app_armor_profile: { table: PROFILE },
} as const satisfies TableShape;

const MATCH_EXPRESSION = {
  key: 'string',
  operator: 'string',
  values: { list: 'string' },
} as const satisfies TableShape;

const NODE_SELECTOR_TERM = {
  match_expressions: { list: { table: MATCH_EXPRESSION } },
  match_fields: { list: { table: MATCH_EXPRESSION } },
} as const satisfies TableShape;

const LABEL_SELECTOR = {
  match_labels: { map: 'string' },
  match_expressions: { list: { table: MATCH_EXPRESSION } },
} as const satisfies TableShape;

const POD_AFFINITY_TERM = {
  label_selector: { table: LABEL_SELECTOR },
  namespaces: { list: 'string' },
  topology_key: 'string',
  namespace_selector: { table: LABEL_SELECTOR },
  match_label_keys: { list: 'string' },
  mismatch_label_keys: { list: 'string' },
} as const satisfies TableShape;

const POD_AFFINITY = {
  required_during_scheduling_ignored_during_execution: { list: { table: POD_AFFINITY_TERM } },
  preferred_during_scheduling_ignored_during_execution: {
    list: { table: { weight: 'integer', pod_affinity_term: { table: POD_AFFINITY_TERM } } },
  },
} as const satisfies TableShape;

const AFFINITY = {
  node_affinity: {
    table: {
      required_during_scheduling_ignored_during_execution: {
        table: { node_selector_terms: { list: { table: NODE_SELECTOR_TERM } } },
      },
      preferred_during_scheduling_ignored_during_execution: {
        list: { table: { weight: 'integer', preference: { table: NODE_SELECTOR_TERM } } },
      },
    },
  },
  pod_affinity: { table: POD_AFFINITY },
  pod_anti_affinity: { table: POD_AFFINITY },
} as const satisfies TableShape;

const VOLUMES = {
  host_path: {
    list: {
      table: {
        name: 'string',
        mount_path: 'string',
        sub_path: 'string',
        read_only: 'boolean',
        host_path: 'string',
        mount_propagation: 'string',
      },
    },
  },
  pvc: {
    list: {
      table: {
        name: 'string',
        mount_path: 'string',
        sub_path: 'string',
        read_only: 'boolean',
        mount_propagation: 'string',
      },
    },
  },
  config_map: {
    list: {
      table: {
        name: 'string',
        mount_path: 'string',
        sub_path: 'string',
        read_only: 'boolean',
        items: { map: 'string' },
      },
    },
  },
  secret: {
    list: {
      table: {
        name: 'string',
        mount_path: 'string',
        sub_path: 'string',
        read_only: 'boolean',
        items: { map: 'string' },
      },
    },
  },
  empty_dir: {
    list: {
      table: {
        name: 'string',
        mount_path: 'string',
        sub_path: 'string',
        medium: 'string',
        size_limit: 'bytes',
        mount_propagation: 'string',
      },
    },
  },
  csi: {
    list: {
      table: {
        name: 'string',
        mount_path: 'string',
        sub_path: 'string',
        driver: 'string',
        fs_type: 'string',
        read_only: 'boolean',
        volume_attributes: { map: 'string' },
      },
    },
  },
  nfs: {
    list: {
      table: {
        name: 'string',
        mount_path: 'string',
        server: 'string',
        path: 'string',
        sub_path: 'string',
        read_only: 'boolean',
      },
    },
  },
} as const satisfies TableShape;

const HANDLER = {
  exec: { table: { command: { list: 'string' } } },
  http_get: {
    table: {
      host: 'string',
      http_headers: { list: { table: { name: 'string', value: 'string' } } },
      path: 'string',
      port: 'integer',
      scheme: 'string',
    },
  },
  tcp_socket: { table: { host: 'string', port: 'integer' } },
} as const satisfies TableShape;

const PAUSE_POD_POLICY = {
  /** Cron lines of five fields; the last policy that matches counts. */
  periods: { list: 'string' },
  /** Of the periods; that of the manager if unset. */
  timezone: 'string',
  /** Least number of pause pods; 0. */
  idle_count: 'integer',
  /** How long pods stay before they become fewer; 0. */
  idle_time: 'duration',
  /** Pause pods for each running job; 0. */
  scale_factor: 'number',
  /** Most pause pods that scale_factor asks for. */
  scale_factor_limit: 'integer',
  /** For the autoscaler of instances: jobs wait for room that is there; pause pods have none of it. */
  preemptive_mode: 'boolean',
} as const satisfies TableShape;

/** `[runners.kubernetes]`. */
export const KUBERNETES_TABLE = {
  /** Address of the API server; within the cluster found by itself. */
  host: 'string',
  /** Context of a kubeconfig, outside a cluster; since 18.5. */
  context: 'string',
  /** Path of a client certificate; needs key_file and ca_file too. */
  cert_file: 'string',
  /** Path of the key of the client certificate. */
  key_file: 'string',
  /** Path of the CA of the API server. */
  ca_file: 'string',
  /** Token for the API server; that of the ServiceAccount of the manager if unset. */
  bearer_token: 'string',
  /** Whether a job may bring KUBERNETES_BEARER_TOKEN; false. */
  bearer_token_overwrite_allowed: 'boolean',
  /** Namespace of job pods; `default` if empty. */
  namespace: 'string',
  /** Pattern of KUBERNETES_NAMESPACE_OVERWRITE; unset, the variable does nothing. */
  namespace_overwrite_allowed: 'pattern',
  /** A namespace ci-job-<id> for each job, which needs rights on the whole cluster; false. */
  namespace_per_job: 'boolean',
  /** Image of jobs that name none. */
  image: 'string',
  /** All containers of the pod run privileged, unless their security context says otherwise; unset. */
  privileged: 'boolean',
  /** Whether a process may gain more rights than its parent; unset, which Kubernetes takes as true. */
  allow_privilege_escalation: 'boolean',
  /** RuntimeClass of job pods; the cluster's if unset. */
  runtime_class_name: 'string',
  /** Scheduler of job pods; the cluster's if unset. */
  scheduler_name: 'string',
  /** PriorityClass of job pods; the cluster's default if unset. */
  priority_class_name: 'string',
  /** Images that jobs may use, globs; the runner's own is always allowed. */
  allowed_images: { list: 'string' },
  /** Images that services of jobs may use, globs; all if unset. */
  allowed_services: { list: 'string' },
  /** Pull policies that a job may ask for; those of pull_policy if unset. */
  allowed_pull_policies: { list: 'string' },
  /** Numeric users that a job may run as; any but 0 if unset; since 18.4. */
  allowed_users: { list: 'string' },
  /** Numeric groups that a job may run as; any but 0 if unset; since 18.4. */
  allowed_groups: { list: 'string' },
  /** always, if-not-present, never; a list is an order of retries. */
  pull_policy: { either: ['string', { list: 'string' }] },
  /** Labels of the nodes of job pods; architecture and system also choose the helper image. */
  node_selector: { map: 'string' },
  /** Pattern of the `key=value` in KUBERNETES_NODE_SELECTOR_*; unset, the variables do nothing. */
  node_selector_overwrite_allowed: 'pattern',
  /** `key=value` or `key` to an effect. */
  node_tolerations: { map: 'string' },
  /** Pattern of the `key=value:effect` in KUBERNETES_NODE_TOLERATIONS_*; an empty value tolerates all. */
  node_tolerations_overwrite_allowed: 'pattern',
  /** Ignored when the helper image is chosen. */
  affinity: { table: AFFINITY },
  /** Names of Secrets with registry credentials in the job namespace. */
  image_pull_secrets: { list: 'string' },
  /** Pods name no pull secrets, not even the job's: those of the ServiceAccount count; false. */
  use_service_account_image_pull_secrets: 'boolean',
  /** Used as it is, whatever the architecture. */
  helper_image: 'string',
  /** alpine, ubuntu, ubi-fips (amd64 only). */
  helper_image_flavor: 'string',
  /** Helper image of the manager's architecture where node_selector names none; false. */
  helper_image_autoset_arch_and_os: 'boolean',
  /** CPUs, for example "500m". Requested for the build container; none if unset. */
  cpu_request: 'cpu',
  /** CPUs, for example "500m". Limit of the build container; none if unset. */
  cpu_limit: 'cpu',
  /** Bytes of memory, for example "2Gi". Requested for the build container; none if unset. */
  memory_request: 'bytes',
  /** Bytes of memory, for example "2Gi". Limit of the build container; none if unset. */
  memory_limit: 'bytes',
  /** Bytes of local disk, for example "10Gi". Requested for the build container; none if unset. */
  ephemeral_storage_request: 'bytes',
  /** Bytes of local disk, for example "10Gi". Limit of the build container; none if unset. */
  ephemeral_storage_limit: 'bytes',
  /** Ceiling of the job variable KUBERNETES_CPU_REQUEST; unset, the variable does nothing. */
  cpu_request_overwrite_max_allowed: 'cpu',
  /** Ceiling of the job variable KUBERNETES_CPU_LIMIT; unset, the variable does nothing. */
  cpu_limit_overwrite_max_allowed: 'cpu',
  /** Ceiling of the job variable KUBERNETES_MEMORY_REQUEST; unset, the variable does nothing. */
  memory_request_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_MEMORY_LIMIT; unset, the variable does nothing. */
  memory_limit_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_EPHEMERAL_STORAGE_REQUEST; unset, the variable does nothing. */
  ephemeral_storage_request_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_EPHEMERAL_STORAGE_LIMIT; unset, the variable does nothing. */
  ephemeral_storage_limit_overwrite_max_allowed: 'bytes',
  /** CPUs, for example "500m". Requested for the helper container and the init container; none if unset. */
  helper_cpu_request: 'cpu',
  /** CPUs, for example "500m". Limit of the helper container and the init container; none if unset. */
  helper_cpu_limit: 'cpu',
  /** Bytes of memory, for example "2Gi". Requested for the helper container and the init container; none if unset. */
  helper_memory_request: 'bytes',
  /** Bytes of memory, for example "2Gi". Limit of the helper container and the init container; none if unset. */
  helper_memory_limit: 'bytes',
  /** Bytes of local disk, for example "10Gi". Requested for the helper container and the init container; none if unset. */
  helper_ephemeral_storage_request: 'bytes',
  /** Bytes of local disk, for example "10Gi". Limit of the helper container and the init container; none if unset. */
  helper_ephemeral_storage_limit: 'bytes',
  /** Ceiling of the job variable KUBERNETES_HELPER_CPU_REQUEST; unset, the variable does nothing. */
  helper_cpu_request_overwrite_max_allowed: 'cpu',
  /** Ceiling of the job variable KUBERNETES_HELPER_CPU_LIMIT; unset, the variable does nothing. */
  helper_cpu_limit_overwrite_max_allowed: 'cpu',
  /** Ceiling of the job variable KUBERNETES_HELPER_MEMORY_REQUEST; unset, the variable does nothing. */
  helper_memory_request_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_HELPER_MEMORY_LIMIT; unset, the variable does nothing. */
  helper_memory_limit_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_HELPER_EPHEMERAL_STORAGE_REQUEST; unset, the variable does nothing. */
  helper_ephemeral_storage_request_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_HELPER_EPHEMERAL_STORAGE_LIMIT; unset, the variable does nothing. */
  helper_ephemeral_storage_limit_overwrite_max_allowed: 'bytes',
  /** CPUs, for example "500m". Requested for each service container; none if unset. */
  service_cpu_request: 'cpu',
  /** CPUs, for example "500m". Limit of each service container; none if unset. */
  service_cpu_limit: 'cpu',
  /** Bytes of memory, for example "2Gi". Requested for each service container; none if unset. */
  service_memory_request: 'bytes',
  /** Bytes of memory, for example "2Gi". Limit of each service container; none if unset. */
  service_memory_limit: 'bytes',
  /** Bytes of local disk, for example "10Gi". Requested for each service container; none if unset. */
  service_ephemeral_storage_request: 'bytes',
  /** Bytes of local disk, for example "10Gi". Limit of each service container; none if unset. */
  service_ephemeral_storage_limit: 'bytes',
  /** Ceiling of the job variable KUBERNETES_SERVICE_CPU_REQUEST; unset, the variable does nothing. */
  service_cpu_request_overwrite_max_allowed: 'cpu',
  /** Ceiling of the job variable KUBERNETES_SERVICE_CPU_LIMIT; unset, the variable does nothing. */
  service_cpu_limit_overwrite_max_allowed: 'cpu',
  /** Ceiling of the job variable KUBERNETES_SERVICE_MEMORY_REQUEST; unset, the variable does nothing. */
  service_memory_request_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_SERVICE_MEMORY_LIMIT; unset, the variable does nothing. */
  service_memory_limit_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_SERVICE_EPHEMERAL_STORAGE_REQUEST; unset, the variable does nothing. */
  service_ephemeral_storage_request_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_SERVICE_EPHEMERAL_STORAGE_LIMIT; unset, the variable does nothing. */
  service_ephemeral_storage_limit_overwrite_max_allowed: 'bytes',
  /** CPUs, for example "500m". Requested for the whole pod, in addition to those of its containers (since 18.10; Kubernetes 1.34); none if unset. */
  pod_cpu_request: 'cpu',
  /** CPUs, for example "500m". Limit of the whole pod, in addition to those of its containers (since 18.10; Kubernetes 1.34); none if unset. */
  pod_cpu_limit: 'cpu',
  /** Bytes of memory, for example "2Gi". Requested for the whole pod, in addition to those of its containers (since 18.10; Kubernetes 1.34); none if unset. */
  pod_memory_request: 'bytes',
  /** Bytes of memory, for example "2Gi". Limit of the whole pod, in addition to those of its containers (since 18.10; Kubernetes 1.34); none if unset. */
  pod_memory_limit: 'bytes',
  /** Ceiling of the job variable KUBERNETES_POD_CPU_REQUEST; unset, the variable does nothing. */
  pod_cpu_request_overwrite_max_allowed: 'cpu',
  /** Ceiling of the job variable KUBERNETES_POD_CPU_LIMIT; unset, the variable does nothing. */
  pod_cpu_limit_overwrite_max_allowed: 'cpu',
  /** Ceiling of the job variable KUBERNETES_POD_MEMORY_REQUEST; unset, the variable does nothing. */
  pod_memory_request_overwrite_max_allowed: 'bytes',
  /** Ceiling of the job variable KUBERNETES_POD_MEMORY_LIMIT; unset, the variable does nothing. */
  pod_memory_limit_overwrite_max_allowed: 'bytes',
  /** Seconds; Kubernetes' 30 if unset. */
  pod_termination_grace_period_seconds: 'integer',
  /** Seconds that a finished job's pod gets to end. */
  cleanup_grace_period_seconds: 'integer',
  /** Time to delete what a job made; 5m. */
  cleanup_resources_timeout: 'duration',
  /** Seconds between looks at a pod; 3. */
  poll_interval: 'integer',
  /** Seconds that a pod may take to run; 180. */
  poll_timeout: 'integer',
  /** 0: the existence of ServiceAccount and pull secrets isn't checked. */
  resource_availability_check_max_attempts: 'integer',
  /** Tries of a call to the API server that the network failed; 5. */
  retry_limit: 'integer',
  /** Milliseconds; also the time that the pod watch has to start. */
  retry_backoff_max: 'integer',
  /** Further errors that are tried again: part of the message to number of tries. */
  retry_limits: { map: 'integer' },
  /** Labels of job pods; job variables are expanded, keys of runner.gitlab.com are ignored. */
  pod_labels: { map: 'string' },
  /** Pattern of the `key=value` in KUBERNETES_POD_LABELS_*; unset, the variables do nothing. */
  pod_labels_overwrite_allowed: 'pattern',
  /** Annotations of job pods; job variables are expanded. */
  pod_annotations: { map: 'string' },
  /** Pattern of the `key=value` in KUBERNETES_POD_ANNOTATIONS_*; unset, the variables do nothing. */
  pod_annotations_overwrite_allowed: 'pattern',
  /** ServiceAccount of job pods; the namespace's default if unset. */
  service_account: 'string',
  /** Pattern of KUBERNETES_SERVICE_ACCOUNT_OVERWRITE; unset, the variable does nothing. */
  service_account_overwrite_allowed: 'pattern',
  /** Whether containers get the ServiceAccount's token; unset, as the ServiceAccount says. */
  automount_service_account_token: 'boolean',
  /** Security context of the pod; none. */
  pod_security_context: { table: POD_SECURITY_CONTEXT },
  /** Security context of the build container; NET_RAW is dropped unless capabilities say otherwise. */
  build_container_security_context: { table: CONTAINER_SECURITY_CONTEXT },
  /** Security context of the helper container. */
  helper_container_security_context: { table: CONTAINER_SECURITY_CONTEXT },
  /** Security context of each service container. */
  service_container_security_context: { table: CONTAINER_SECURITY_CONTEXT },
  /** Security context of the init container. */
  init_permissions_container_security_context: { table: CONTAINER_SECURITY_CONTEXT },
  /** Capabilities that all containers get, without CAP_. */
  cap_add: { list: 'string' },
  /** Capabilities that all containers lose, without CAP_; wins over cap_add. */
  cap_drop: { list: 'string' },
  /** Volumes, mounted in all containers of the pod. */
  volumes: { table: VOLUMES },
  /** Lines of /etc/hosts. */
  host_aliases: { list: { table: { ip: 'string', hostnames: { list: 'string' } } } },
  /** Services of every job, before the job's own. */
  services: {
    list: {
      table: {
        name: 'string',
        alias: 'string',
        command: { list: 'string' },
        entrypoint: { list: 'string' },
        environment: { list: 'string' },
        /** Since 19.4. */
        suspend_data_path: 'string',
      },
    },
  },
  /** none, default, cluster-first, cluster-first-with-host-net. */
  dns_policy: 'string',
  /** Name servers, search domains and resolver options. */
  dns_config: {
    table: {
      nameservers: { list: 'string' },
      searches: { list: 'string' },
      options: { list: { table: { name: 'string', value: 'string' } } },
    },
  },
  /** Hooks of every container. */
  container_lifecycle: { table: { post_start: { table: HANDLER }, pre_stop: { table: HANDLER } } },
  /** Needs FF_USE_ADVANCED_POD_SPEC_CONFIGURATION; a patch or the path of one. */
  pod_spec: {
    list: { table: { name: 'string', patch: 'string', patch_path: 'string', patch_type: 'string' } },
  },
  /** Directory under which a job keeps its log; / if unset. */
  logs_base_dir: 'string',
  /** Directory under which a job keeps its scripts; / if unset. */
  scripts_base_dir: 'string',
  /** On by default; the manager then lists events. */
  print_pod_warning_events: 'boolean',
  /** A PodDisruptionBudget for each job pod. */
  pod_disruption_budget: 'boolean',
  /** Bytes of the volume of a suspended job; 20Gi; since 19.4. */
  suspend_pvc_size: 'bytes',
  /** StorageClass of that volume; the cluster's default if unset; since 19.4. */
  suspend_pvc_storage_class: 'string',
  /** Pause pods that hold capacity; since 18.11. */
  autoscaler: {
    table: {
      /** 0: as many as the policies ask for. */
      max_pause_pods: 'integer',
      /** registry.k8s.io/pause if unset. */
      pause_pod_image: 'string',
      /** Unset, the manager makes a PriorityClass, which needs rights on the whole cluster. */
      pause_pod_priority_class_name: 'string',
      /** Since 19.1. */
      pause_pod_image_pull_secrets: { list: 'string' },
      policy: { list: { table: PAUSE_POD_POLICY } },
    },
  },
} as const satisfies TableShape;

/** `[runners.cache]`. */
export const CACHE_TABLE = {
  /** s3, gcs or azure. */
  Type: 'string',
  /** Prefix of all objects; none. */
  Path: 'string',
  /** False: each runner has a prefix of its own. */
  Shared: 'boolean',
  /** Bytes of the largest archive; 0 is no limit. */
  MaxUploadedArchiveSize: 'integer',
  /** Amazon S3, or what speaks like it. */
  s3: {
    table: {
      /** host:port of another service than Amazon's. */
      ServerAddress: 'string',
      /** With access-key alone; the file is readable, prefer iam. */
      AccessKey: 'string',
      /** With access-key alone; the file is readable, prefer iam. */
      SecretKey: 'string',
      /** With temporary access keys. */
      SessionToken: 'string',
      /** Name of the bucket. */
      BucketName: 'string',
      /** Region of the bucket; asked of S3 if unset, else us-east-1. */
      BucketLocation: 'string',
      /** HTTP instead of HTTPS; false. */
      Insecure: 'boolean',
      /** access-key or iam, which is the manager's own identity; iam without keys. */
      AuthenticationType: 'string',
      /** S3, KMS or DSSE-KMS; the bucket's. */
      ServerSideEncryption: 'string',
      /** Key of KMS. */
      ServerSideEncryptionKeyID: 'string',
      /** IPv6 addresses too; true. */
      DualStack: 'boolean',
      /** Bucket in the path instead of the host name; found by itself. */
      PathStyle: 'boolean',
      /** Transfer Acceleration; false. */
      Accelerate: 'boolean',
      /** Role that the manager assumes for one object at a time; needed above 5 GB. */
      RoleARN: 'string',
      /** Deprecated: write RoleARN. */
      UploadRoleARN: 'string',
      /** Most roles assumed at once; 5; -1 is no limit. */
      AssumeRoleMaxConcurrency: 'integer',
      /** Assumes the role anew for each object; false. */
      DisableAssumeRoleCredentialsCaching: 'boolean',
    },
  },
  /** Google Cloud Storage. */
  gcs: {
    table: {
      CredentialsFile: 'string',
      AccessID: 'string',
      PrivateKey: 'string',
      BucketName: 'string',
      UniverseDomain: 'string',
    },
  },
  /** Azure Blob Storage. */
  azure: {
    table: { AccountName: 'string', AccountKey: 'string', ContainerName: 'string', StorageDomain: 'string' },
  },
} as const satisfies TableShape;

/** `[[runners]]`, without its sub-tables for other executors. */
export const RUNNER_TABLE = {
  /** Shown in metrics and on job pods. */
  name: 'string',
  /** Address of GitLab; expanded from the environment since 18.10. */
  url: 'string',
  /** The only text besides url that is expanded from the environment. */
  token: 'string',
  /** kubernetes. */
  executor: 'string',
  /** The runner's id in GitLab; only suspended jobs need it. */
  id: 'integer',
  /** Leave out: for tokens that the manager rotates. */
  token_obtained_at: 'date',
  /** Leave out: with it the manager rotates the token and writes the file. */
  token_expires_at: 'date',
  /** Path of the CA of GitLab; the system's if unset. */
  'tls-ca-file': 'string',
  /** Path of a client certificate for GitLab. */
  'tls-cert-file': 'string',
  /** Path of the key of the client certificate. */
  'tls-key-file': 'string',
  /** Most jobs at once of this token; 0 is no limit. */
  limit: 'integer',
  /** Most open requests for a job; 1. */
  request_concurrency: 'integer',
  /** Waits check_interval after each job too; false; since 18.9. */
  strict_check_interval: 'boolean',
  /** Kilobytes of a job's log; 4096. */
  output_limit: 'integer',
  /** Failed requests after which the entry pauses; 3. */
  unhealthy_requests_limit: 'integer',
  /** How long it pauses; 60m. */
  unhealthy_interval: 'duration',
  /** Tries of a job's last report; 10. */
  job_status_final_update_retry_limit: 'integer',
  /** KEY=value of every job. */
  environment: { list: 'string' },
  /** Directory of clones in the build container; /builds. */
  builds_dir: 'string',
  /** Directory of caches in the build container; /cache. */
  cache_dir: 'string',
  /** Address of GitLab for clones; url if unset. */
  clone_url: 'string',
  /** bash, sh, pwsh or powershell; bash. */
  shell: 'string',
  /** Shell commands before the clone. */
  pre_get_sources_script: 'string',
  /** Shell commands after the clone. */
  post_get_sources_script: 'string',
  /** Shell commands before the job's script. */
  pre_build_script: 'string',
  /** Shell commands after the job's script. */
  post_build_script: 'string',
  /** Time for the pod to be prepared, scheduling included; the job's timeout; since 19.0. */
  prepare_timeout: 'duration',
  /** Time for the clone; the job's timeout; since 19.1. */
  get_sources_timeout: 'duration',
  /** Whether CI_DEBUG_TRACE does nothing; false. */
  debug_trace_disabled: 'boolean',
  /** Whether git trusts the clone whoever owns it; true. */
  safe_directory_checkout: 'boolean',
  /** Whether the git config of the clone is removed between jobs; true. */
  clean_git_config: 'boolean',
  /** Experimental: scripts run through a proxy of the helper; false. */
  proxy_exec: 'boolean',
  /** Whether jobs may set GIT_CLONE_PATH; enabled. */
  custom_build_dir: { table: { enabled: 'boolean' } },
  /** Timeouts of the upload: 1h in all, 10m until an answer begins. */
  artifact: { table: { upload_timeout: 'duration', response_header_timeout: 'duration' } },
  /** Feature flags, FF_* to true or false; jobs cannot change them. */
  feature_flags: { map: 'boolean' },
  /** Labels of the runner in GitLab, over the global ones; since 17.9. */
  labels: { map: 'string' },
  /** Thresholds of the metric of queuing time. */
  monitoring: {
    table: {
      job_queuing_durations: {
        list: {
          table: {
            periods: { list: 'string' },
            timezone: 'string',
            threshold: 'duration',
            jobs_running_for_project: 'string',
          },
        },
      },
    },
  },
  /** boot_verify runs a job before the first is taken; off; since 19.2. */
  experimental: {
    table: {
      boot_verify: {
        table: {
          enabled: 'boolean',
          timeout: 'duration',
          acquire_min_backoff: 'duration',
          acquire_max_backoff: 'duration',
        },
      },
    },
  },
  /** Samples of Prometheus that are kept as artifacts of a job; query_interval in seconds. */
  referees: {
    table: {
      metrics: {
        table: { prometheus_address: 'string', query_interval: 'integer', queries: { list: 'string' } },
      },
    },
  },
  /** Image of the step runner; built in. */
  step_runner_image: 'string',
  /** For docker: a cgroup for each slot; false. */
  use_slot_cgroups: 'boolean',
  /** For docker: path of those cgroups. */
  slot_cgroup_template: 'string',
  /** Where caches of jobs are kept; in the pod alone, and lost with it, if unset. */
  cache: { table: CACHE_TABLE },
  /** The Kubernetes executor. */
  kubernetes: { table: KUBERNETES_TABLE },
} as const satisfies TableShape;

const USAGE_LOG = {
  log_dir: 'string',
  max_backup_files: 'integer',
  max_rotation_age: 'duration',
  labels: { map: 'string' },
} as const satisfies TableShape;

const SNOWPLOW = {
  collector_uri: 'string',
  app_id: 'string',
  category: 'string',
  realm: 'string',
  deployment_type: 'string',
  metadata: { map: 'string' },
  enable_oidc: 'boolean',
  skip_oidc_if_unsupported_cloud: 'boolean',
  skip_runner_system_failure: 'boolean',
  /** Seconds at which the metric of delivery times is divided. */
  batch_delivery_duration_buckets: { list: 'number' },
} as const satisfies TableShape;

/** Keys before the first table. */
export const GLOBAL_TABLE = {
  /** Most jobs at once of the process; at least 1. */
  concurrent: 'integer',
  /** Seconds between requests for a job; 3. */
  check_interval: 'integer',
  /** Seconds that a forced stop waits for jobs to be reported; 30. */
  shutdown_timeout: 'integer',
  /** How long a connection to GitLab is kept; 15m. */
  connection_max_age: 'duration',
  /** Address of metrics and readiness; off if empty. */
  listen_address: 'string',
  /** panic, fatal, error, warning, info or debug; info. */
  log_level: 'string',
  /** runner, text, json. */
  log_format: 'string',
  /** Where errors are reported; the environment variable SENTRY_DSN since 19.2. */
  sentry_dsn: 'string',
  /** Labels of all runners of the file; since 17.9. */
  labels: { map: 'string' },
  /** For the shell executor. */
  user: 'string',
  /** Web terminals: addresses, and seconds that an idle session lives (1800); off. */
  session_server: {
    table: { listen_address: 'string', advertise_address: 'string', session_timeout: 'integer' },
  },
  /** usage_logger writes what jobs used; off. */
  experimental: {
    table: {
      usage_logger: {
        table: {
          enabled: 'boolean',
          /** logrotate, snowplow_billing. */
          writers: { list: 'string' },
          /** Needs a directory that the manager may write. */
          logrotate: { table: USAGE_LOG },
          /** GitLab's own billing. */
          snowplow_billing: { table: SNOWPLOW },
          /** Deprecated: write logrotate.log_dir. */
          log_dir: 'string',
          /** Deprecated: write logrotate.max_backup_files. */
          max_backup_files: 'integer',
          /** Deprecated: write logrotate.max_rotation_age. */
          max_rotation_age: 'duration',
          /** Deprecated: write logrotate.labels. */
          labels: { map: 'string' },
        },
      },
    },
  },
} as const satisfies TableShape;
