/**
 * Every key of config.toml that the Kubernetes executor and its surroundings know: one list for the compiler and for
 * the checks of parsed files.
 * @see gitlab-runner 19.3 common/config.go
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
  readonly strings: string[];
  /** One text or a list of them. */
  readonly 'string or strings': string | string[];
  readonly integers: number[];
  readonly 'map of strings': Record<string, string>;
  readonly 'map of booleans': Record<string, boolean>;
  readonly 'map of integers': Record<string, number>;
}

/** A key's value: a plain one, a table, or a list of tables. */
export type KeyShape = keyof ValueTypes | { readonly table: TableShape } | { readonly list: TableShape };
export type TableShape = { readonly [key: string]: KeyShape };

const PROFILE = { type: 'string', localhost_profile: 'string' } as const satisfies TableShape;

const CONTAINER_SECURITY_CONTEXT = {
  capabilities: { table: { add: 'strings', drop: 'strings' } },
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
  supplemental_groups: 'integers',
  selinux_type: 'string',
  seccomp_profile: { table: PROFILE },
  app_armor_profile: { table: PROFILE },
} as const satisfies TableShape;

const MATCH_EXPRESSION = {
  key: 'string',
  operator: 'string',
  values: 'strings',
} as const satisfies TableShape;

const NODE_SELECTOR_TERM = {
  match_expressions: { list: MATCH_EXPRESSION },
  match_fields: { list: MATCH_EXPRESSION },
} as const satisfies TableShape;

const LABEL_SELECTOR = {
  match_labels: 'map of strings',
  match_expressions: { list: MATCH_EXPRESSION },
} as const satisfies TableShape;

const POD_AFFINITY_TERM = {
  label_selector: { table: LABEL_SELECTOR },
  namespaces: 'strings',
  topology_key: 'string',
  namespace_selector: { table: LABEL_SELECTOR },
  match_label_keys: 'strings',
  mismatch_label_keys: 'strings',
} as const satisfies TableShape;

const POD_AFFINITY = {
  required_during_scheduling_ignored_during_execution: { list: POD_AFFINITY_TERM },
  preferred_during_scheduling_ignored_during_execution: {
    list: { weight: 'integer', pod_affinity_term: { table: POD_AFFINITY_TERM } },
  },
} as const satisfies TableShape;

const AFFINITY = {
  node_affinity: {
    table: {
      required_during_scheduling_ignored_during_execution: {
        table: { node_selector_terms: { list: NODE_SELECTOR_TERM } },
      },
      preferred_during_scheduling_ignored_during_execution: {
        list: { weight: 'integer', preference: { table: NODE_SELECTOR_TERM } },
      },
    },
  },
  pod_affinity: { table: POD_AFFINITY },
  pod_anti_affinity: { table: POD_AFFINITY },
} as const satisfies TableShape;

const VOLUMES = {
  host_path: {
    list: {
      name: 'string',
      mount_path: 'string',
      sub_path: 'string',
      read_only: 'boolean',
      host_path: 'string',
      mount_propagation: 'string',
    },
  },
  pvc: {
    list: {
      name: 'string',
      mount_path: 'string',
      sub_path: 'string',
      read_only: 'boolean',
      mount_propagation: 'string',
    },
  },
  config_map: {
    list: {
      name: 'string',
      mount_path: 'string',
      sub_path: 'string',
      read_only: 'boolean',
      items: 'map of strings',
    },
  },
  secret: {
    list: {
      name: 'string',
      mount_path: 'string',
      sub_path: 'string',
      read_only: 'boolean',
      items: 'map of strings',
    },
  },
  empty_dir: {
    list: {
      name: 'string',
      mount_path: 'string',
      sub_path: 'string',
      medium: 'string',
      size_limit: 'bytes',
      mount_propagation: 'string',
    },
  },
  csi: {
    list: {
      name: 'string',
      mount_path: 'string',
      sub_path: 'string',
      driver: 'string',
      fs_type: 'string',
      read_only: 'boolean',
      volume_attributes: 'map of strings',
    },
  },
  nfs: {
    list: {
      name: 'string',
      mount_path: 'string',
      server: 'string',
      path: 'string',
      sub_path: 'string',
      read_only: 'boolean',
    },
  },
} as const satisfies TableShape;

const HANDLER = {
  exec: { table: { command: 'strings' } },
  http_get: {
    table: {
      host: 'string',
      http_headers: { list: { name: 'string', value: 'string' } },
      path: 'string',
      port: 'integer',
      scheme: 'string',
    },
  },
  tcp_socket: { table: { host: 'string', port: 'integer' } },
} as const satisfies TableShape;

const PAUSE_POD_POLICY = {
  periods: 'strings',
  timezone: 'string',
  idle_count: 'integer',
  idle_time: 'duration',
  scale_factor: 'number',
  scale_factor_limit: 'integer',
} as const satisfies TableShape;

/** `[runners.kubernetes]`. */
export const KUBERNETES_TABLE = {
  host: 'string',
  context: 'string',
  cert_file: 'string',
  key_file: 'string',
  ca_file: 'string',
  bearer_token: 'string',
  bearer_token_overwrite_allowed: 'boolean',
  /** Namespace of job pods; `default` if empty. */
  namespace: 'string',
  namespace_overwrite_allowed: 'pattern',
  /** A namespace for each job, which needs rights on the whole cluster. */
  namespace_per_job: 'boolean',
  /** Image of jobs that name none. */
  image: 'string',
  privileged: 'boolean',
  allow_privilege_escalation: 'boolean',
  runtime_class_name: 'string',
  scheduler_name: 'string',
  priority_class_name: 'string',
  /** Images that jobs may use, globs; the runner's own is always allowed. */
  allowed_images: 'strings',
  allowed_services: 'strings',
  allowed_pull_policies: 'strings',
  allowed_users: 'strings',
  allowed_groups: 'strings',
  /** always, if-not-present, never; a list is an order of retries. */
  pull_policy: 'string or strings',
  /** Labels of the nodes of job pods; architecture and system also choose the helper image. */
  node_selector: 'map of strings',
  node_selector_overwrite_allowed: 'pattern',
  /** `key=value` or `key` to an effect. */
  node_tolerations: 'map of strings',
  node_tolerations_overwrite_allowed: 'pattern',
  /** Ignored when the helper image is chosen. */
  affinity: { table: AFFINITY },
  image_pull_secrets: 'strings',
  use_service_account_image_pull_secrets: 'boolean',
  /** Used as it is, whatever the architecture. */
  helper_image: 'string',
  /** alpine, ubuntu, ubi-fips (amd64 only). */
  helper_image_flavor: 'string',
  helper_image_autoset_arch_and_os: 'boolean',
  cpu_request: 'cpu',
  cpu_limit: 'cpu',
  memory_request: 'bytes',
  memory_limit: 'bytes',
  ephemeral_storage_request: 'bytes',
  ephemeral_storage_limit: 'bytes',
  /** Ceilings of job variables as KUBERNETES_CPU_REQUEST; without one the variable does nothing. */
  cpu_request_overwrite_max_allowed: 'cpu',
  cpu_limit_overwrite_max_allowed: 'cpu',
  memory_request_overwrite_max_allowed: 'bytes',
  memory_limit_overwrite_max_allowed: 'bytes',
  ephemeral_storage_request_overwrite_max_allowed: 'bytes',
  ephemeral_storage_limit_overwrite_max_allowed: 'bytes',
  helper_cpu_request: 'cpu',
  helper_cpu_limit: 'cpu',
  helper_memory_request: 'bytes',
  helper_memory_limit: 'bytes',
  helper_ephemeral_storage_request: 'bytes',
  helper_ephemeral_storage_limit: 'bytes',
  helper_cpu_request_overwrite_max_allowed: 'cpu',
  helper_cpu_limit_overwrite_max_allowed: 'cpu',
  helper_memory_request_overwrite_max_allowed: 'bytes',
  helper_memory_limit_overwrite_max_allowed: 'bytes',
  helper_ephemeral_storage_request_overwrite_max_allowed: 'bytes',
  helper_ephemeral_storage_limit_overwrite_max_allowed: 'bytes',
  service_cpu_request: 'cpu',
  service_cpu_limit: 'cpu',
  service_memory_request: 'bytes',
  service_memory_limit: 'bytes',
  service_ephemeral_storage_request: 'bytes',
  service_ephemeral_storage_limit: 'bytes',
  service_cpu_request_overwrite_max_allowed: 'cpu',
  service_cpu_limit_overwrite_max_allowed: 'cpu',
  service_memory_request_overwrite_max_allowed: 'bytes',
  service_memory_limit_overwrite_max_allowed: 'bytes',
  service_ephemeral_storage_request_overwrite_max_allowed: 'bytes',
  service_ephemeral_storage_limit_overwrite_max_allowed: 'bytes',
  /** Of the whole pod, beside those of its containers; since 18.10, Kubernetes 1.34. */
  pod_cpu_request: 'cpu',
  pod_cpu_limit: 'cpu',
  pod_memory_request: 'bytes',
  pod_memory_limit: 'bytes',
  pod_cpu_request_overwrite_max_allowed: 'cpu',
  pod_cpu_limit_overwrite_max_allowed: 'cpu',
  pod_memory_request_overwrite_max_allowed: 'bytes',
  pod_memory_limit_overwrite_max_allowed: 'bytes',
  /** Seconds; Kubernetes' 30 if unset. */
  pod_termination_grace_period_seconds: 'integer',
  /** Seconds that a finished job's pod gets to end. */
  cleanup_grace_period_seconds: 'integer',
  cleanup_resources_timeout: 'duration',
  /** Seconds between looks at a pod; 3. */
  poll_interval: 'integer',
  /** Seconds that a pod may take to run; 180. */
  poll_timeout: 'integer',
  /** 0: the existence of ServiceAccount and pull secrets isn't checked. */
  resource_availability_check_max_attempts: 'integer',
  retry_limit: 'integer',
  /** Milliseconds; also the time that the pod watch has to start. */
  retry_backoff_max: 'integer',
  retry_limits: 'map of integers',
  pod_labels: 'map of strings',
  pod_labels_overwrite_allowed: 'pattern',
  pod_annotations: 'map of strings',
  pod_annotations_overwrite_allowed: 'pattern',
  service_account: 'string',
  service_account_overwrite_allowed: 'pattern',
  automount_service_account_token: 'boolean',
  pod_security_context: { table: POD_SECURITY_CONTEXT },
  build_container_security_context: { table: CONTAINER_SECURITY_CONTEXT },
  helper_container_security_context: { table: CONTAINER_SECURITY_CONTEXT },
  service_container_security_context: { table: CONTAINER_SECURITY_CONTEXT },
  init_permissions_container_security_context: { table: CONTAINER_SECURITY_CONTEXT },
  cap_add: 'strings',
  cap_drop: 'strings',
  volumes: { table: VOLUMES },
  host_aliases: { list: { ip: 'string', hostnames: 'strings' } },
  services: {
    list: {
      name: 'string',
      alias: 'string',
      command: 'strings',
      entrypoint: 'strings',
      environment: 'strings',
      suspend_data_path: 'string',
    },
  },
  /** none, default, cluster-first, cluster-first-with-host-net. */
  dns_policy: 'string',
  dns_config: {
    table: {
      nameservers: 'strings',
      searches: 'strings',
      options: { list: { name: 'string', value: 'string' } },
    },
  },
  container_lifecycle: { table: { post_start: { table: HANDLER }, pre_stop: { table: HANDLER } } },
  /** Needs FF_USE_ADVANCED_POD_SPEC_CONFIGURATION; a patch or the path of one. */
  pod_spec: { list: { name: 'string', patch: 'string', patch_path: 'string', patch_type: 'string' } },
  logs_base_dir: 'string',
  scripts_base_dir: 'string',
  /** On by default; the manager then lists events. */
  print_pod_warning_events: 'boolean',
  /** A PodDisruptionBudget for each job pod. */
  pod_disruption_budget: 'boolean',
  suspend_pvc_size: 'bytes',
  suspend_pvc_storage_class: 'string',
  /** Pause pods that hold capacity; since 18.11. */
  autoscaler: {
    table: {
      max_pause_pods: 'integer',
      pause_pod_image: 'string',
      pause_pod_priority_class_name: 'string',
      pause_pod_image_pull_secrets: 'strings',
      policy: { list: PAUSE_POD_POLICY },
    },
  },
} as const satisfies TableShape;

/** `[runners.cache]`. */
export const CACHE_TABLE = {
  Type: 'string',
  Path: 'string',
  /** False: each runner has a prefix of its own. */
  Shared: 'boolean',
  MaxUploadedArchiveSize: 'integer',
  s3: {
    table: {
      ServerAddress: 'string',
      AccessKey: 'string',
      SecretKey: 'string',
      SessionToken: 'string',
      BucketName: 'string',
      BucketLocation: 'string',
      Insecure: 'boolean',
      AuthenticationType: 'string',
      ServerSideEncryption: 'string',
      ServerSideEncryptionKeyID: 'string',
      DualStack: 'boolean',
      PathStyle: 'boolean',
      Accelerate: 'boolean',
      RoleARN: 'string',
      UploadRoleARN: 'string',
      AssumeRoleMaxConcurrency: 'integer',
      DisableAssumeRoleCredentialsCaching: 'boolean',
    },
  },
  gcs: {
    table: {
      CredentialsFile: 'string',
      AccessID: 'string',
      PrivateKey: 'string',
      BucketName: 'string',
      UniverseDomain: 'string',
    },
  },
  azure: {
    table: { AccountName: 'string', AccountKey: 'string', ContainerName: 'string', StorageDomain: 'string' },
  },
} as const satisfies TableShape;

/** `[[runners]]`, without its sub-tables for other executors. */
export const RUNNER_TABLE = {
  /** Shown in metrics and on job pods. */
  name: 'string',
  url: 'string',
  /** The only text beside url that is expanded from the environment. */
  token: 'string',
  executor: 'string',
  id: 'integer',
  token_obtained_at: 'string',
  token_expires_at: 'string',
  'tls-ca-file': 'string',
  'tls-cert-file': 'string',
  'tls-key-file': 'string',
  /** Most jobs at once of this token; 0 is no limit. */
  limit: 'integer',
  /** Most open requests for a job; 1. */
  request_concurrency: 'integer',
  strict_check_interval: 'boolean',
  /** Kilobytes of a job's log; 4096. */
  output_limit: 'integer',
  unhealthy_requests_limit: 'integer',
  unhealthy_interval: 'duration',
  job_status_final_update_retry_limit: 'integer',
  /** KEY=value of every job. */
  environment: 'strings',
  builds_dir: 'string',
  cache_dir: 'string',
  clone_url: 'string',
  shell: 'string',
  pre_get_sources_script: 'string',
  post_get_sources_script: 'string',
  pre_build_script: 'string',
  post_build_script: 'string',
  prepare_timeout: 'duration',
  get_sources_timeout: 'duration',
  debug_trace_disabled: 'boolean',
  safe_directory_checkout: 'boolean',
  clean_git_config: 'boolean',
  proxy_exec: 'boolean',
  custom_build_dir: { table: { enabled: 'boolean' } },
  artifact: { table: { upload_timeout: 'duration', response_header_timeout: 'duration' } },
  feature_flags: 'map of booleans',
  labels: 'map of strings',
  monitoring: {
    table: {
      job_queuing_durations: {
        list: {
          periods: 'strings',
          timezone: 'string',
          threshold: 'duration',
          jobs_running_for_project: 'string',
        },
      },
    },
  },
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
  step_runner_image: 'string',
  use_slot_cgroups: 'boolean',
  slot_cgroup_template: 'string',
  cache: { table: CACHE_TABLE },
  kubernetes: { table: KUBERNETES_TABLE },
} as const satisfies TableShape;

/** Keys before the first table. */
export const GLOBAL_TABLE = {
  /** Most jobs at once of the process; at least 1. */
  concurrent: 'integer',
  /** Seconds between requests for a job; 3. */
  check_interval: 'integer',
  /** Seconds that a forced stop waits for jobs to be reported; 30. */
  shutdown_timeout: 'integer',
  connection_max_age: 'duration',
  /** Address of metrics and readiness; off if empty. */
  listen_address: 'string',
  log_level: 'string',
  /** runner, text, json. */
  log_format: 'string',
  sentry_dsn: 'string',
  labels: 'map of strings',
  user: 'string',
  session_server: {
    table: { listen_address: 'string', advertise_address: 'string', session_timeout: 'integer' },
  },
  experimental: {
    table: {
      usage_logger: {
        table: { enabled: 'boolean', writers: 'strings', log_dir: 'string', max_backup_files: 'integer' },
      },
    },
  },
} as const satisfies TableShape;
