import { OVERWRITES } from '../../cluster/job-choices';
import { parseQuantity } from '../../values/quantity';
import { type Fields, fieldsOf, isTable, listOf, textOf } from '../../values/record';
import type { FieldChange } from '../field-changes';
import { type FieldPattern, fieldPattern as field, withoutFields } from '../left-out-fields';
import { POWERFUL } from './job-choices';

/** Variables of `environment` that change how fast jobs are, and not what they run. */
const VARIABLE =
  /^(?:GIT_DEPTH|GET_SOURCES_ATTEMPTS|ARTIFACT_DOWNLOAD_ATTEMPTS|RESTORE_CACHE_ATTEMPTS|EXECUTOR_JOB_SECTION_ATTEMPTS|ARTIFACT_COMPRESSION_LEVEL|CACHE_COMPRESSION_LEVEL|CACHE_COMPRESSION_FORMAT|TRANSFER_METER_FREQUENCY|TZ|LANG|LC_ALL)=/;
const LABEL = /^(?:[^/]+|(?:app\.kubernetes\.io|gitlab-runner-fleet)\/.*)$/;
const OF_MACHINE =
  /^(?:kubernetes\.io\/(?:arch|os)|karpenter\.sh\/capacity-type|topology\.kubernetes\.io\/zone|node\.kubernetes\.io\/instance-type|(?:karpenter\.k8s\.aws|eks\.amazonaws\.com)\/instance-.*|eks\.amazonaws\.com\/compute-type)$/;

/** Keys of a config.toml whose change is harmless, or is judged by another rule. */
const KEYS: readonly FieldPattern[] = [
  [/^(?:concurrent|check_interval|shutdown_timeout|log_level|log_format|connection_max_age|listen_address)$/],
  // Where terminals are: exposed-managers.
  ['session_server', /^(?:advertise_address|listen_address|session_timeout)$/],
  ...(
    [
      [
        /^(?:limit|request_concurrency|output_limit|unhealthy_requests_limit|unhealthy_interval|strict_check_interval|id|token_obtained_at|token_expires_at)$/,
      ],
      // Scripts of all jobs: job-choices.
      [/^(?:pre|post)_(?:get_sources|clone|build)_script$/],
      [
        'feature_flags',
        /^FF_(?:USE_FASTZIP|TIMESTAMPS|SCRIPT_SECTIONS|PRINT_POD_EVENTS|WAIT_FOR_POD_TO_BE_REACHABLE|USE_ADAPTIVE_REQUEST_CONCURRENCY|LOG_IMAGES_CONFIGURED_FOR_JOB|USE_POWERSHELL_PATH_RESOLVER)$/,
      ],
      ['cache', 'MaxUploadedArchiveSize'],
      ...(
        [
          [
            /^(?:poll_timeout|poll_interval|cleanup_grace_period_seconds|pod_termination_grace_period_seconds|cleanup_resources_timeout|resource_availability_check_max_attempts|pod_disruption_budget)$/,
          ],
          [/^(?:helper_|service_)?(?:cpu|memory|ephemeral_storage)_request$/],
          [/^(?:helper_|service_)?(?:cpu|memory|ephemeral_storage)_(?:request|limit)_overwrite_max_allowed$/],
          ['autoscaler', /^(?:max_pause_pods|policy)$/],
          // What jobs may choose: job-choices.
          [new RegExp(`^(?:${[...OVERWRITES, 'bearer_token_overwrite_allowed'].join('|')})$`)],
          [/^allowed_(?:images|services|users|groups|pull_policies)$/],
          [/^(?:pull_policy|host_aliases|dns_policy|dns_config)$/],
          // Where their pods run, and under which labels: moved-pods, tiers-joined.
          ['namespace'],
          ['pod_labels', LABEL],
          ['node_selector', OF_MACHINE],
          ['pod_annotations', /^(?:karpenter\.sh\/do-not-disrupt|gitlab-runner-fleet\/.*)$/],
          // What they run, and may do: image-sources, pod-powers.
          [/^(?:image|helper_image)$/],
          ['services', '[]', /^(?:name|alias)$/],
          [
            /^(?:privileged|allow_privilege_escalation|automount_service_account_token|cap_add|cap_drop|runtime_class_name|service_account|image_pull_secrets|pod_security_context|(?:build|helper|service|init_permissions)_container_security_context)$/,
          ],
          ['volumes', /^(?:host_path|secret|pvc)$/],
          ['volumes', 'empty_dir', '[]', 'size_limit'],
        ] as FieldPattern[]
      ).map((path) => ['kubernetes', ...path]),
    ] as FieldPattern[]
  ).map((path) => ['runners', '[]', ...path]),
];

/** Of a runner that is new: its name, and where its jobs land, which is judged as that of all pods. */
const KEYS_OF_NEW: readonly FieldPattern[] = [
  field('runners [] kubernetes', /^node_(?:selector|tolerations)$/),
  field('runners [] name'),
];

/** What of a config.toml no other rule judges. A limit is harmless as long as there is one. */
export function unjudgedOfConfig(table: Fields, isNew = false): unknown {
  const rest = withoutFields(table, isNew ? [...KEYS, ...KEYS_OF_NEW] : KEYS) as Fields;
  if (!Array.isArray(rest.runners)) return rest;
  return { ...rest, runners: rest.runners.map(unjudgedOfRunner) };
}

function unjudgedOfRunner(runner: unknown): unknown {
  if (!isTable(runner)) return runner;
  const { environment, kubernetes, ...rest } = runner;
  const variables = unjudgedVariables(listOf(environment).map(String));
  return {
    ...rest,
    ...(Array.isArray(environment) ? variables.length > 0 && { environment: variables } : { environment }),
    kubernetes: isTable(kubernetes)
      ? withSizes(withoutNone(withoutMachines(withoutDaemonArguments(kubernetes))))
      : kubernetes,
  };
}

/** Lines of `environment` without those that are harmless, and without powerful ones, which job-choices judges where they are there once. */
function unjudgedVariables(lines: readonly string[]): readonly string[] {
  const nameOf = (line: string) => line.split('=')[0];
  const isOnce = (line: string) => lines.filter((other) => nameOf(other) === nameOf(line)).length === 1;
  return lines.filter((line) => !VARIABLE.test(line) && !(POWERFUL.test(line) && isOnce(line)));
}

/** Arguments of a Docker daemon that say how large packets are, and those that image-sources judges. */
const DAEMON_ARGUMENT =
  /^--(?:mtu|registry-mirror|default-network-opt=bridge=com\.docker\.network\.driver\.mtu)=/;

/** Services without them, and without a command that has no other. */
function withoutDaemonArguments(kubernetes: Fields): Fields {
  const { services } = kubernetes;
  if (!Array.isArray(services)) return kubernetes;
  return { ...kubernetes, services: services.map(withOtherArguments) };
}

function withOtherArguments(service: unknown): unknown {
  if (!isTable(service) || !Array.isArray(service.command)) return service;
  const { command, ...rest } = service;
  const others = listOf(command).filter((word) => !DAEMON_ARGUMENT.test(String(word)));
  return others.length > 0 ? { ...rest, command: others } : rest;
}

const REQUIRED = 'required_during_scheduling_ignored_during_execution';

/** Without a required node affinity that asks for a kind of machine and nothing more, as `node_selector` may. */
function withoutMachines({ affinity: said, ...kubernetes }: Fields): Fields {
  const affinity = withoutPreferences(said);
  const { node_affinity: nodes, ...ofPods } = fieldsOf(affinity);
  const { [REQUIRED]: required, ...preferred } = fieldsOf(nodes);
  const { node_selector_terms: terms, ...rest } = fieldsOf(required);
  const isOfMachines = listOf(terms).every(isOfMachine) && Object.keys(rest).length === 0;
  if (!isTable(required) || !isOfMachines)
    return affinity === undefined ? kubernetes : { ...kubernetes, affinity };
  const left = { ...ofPods, ...(Object.keys(preferred).length > 0 && { node_affinity: preferred }) };
  return Object.keys(left).length > 0 ? { ...kubernetes, affinity: left } : kubernetes;
}

const PREFERRED = 'preferred_during_scheduling_ignored_during_execution';

/** Without preferences for pods: where selectors let a pod land is decided without them. */
function withoutPreferences(affinity: unknown): unknown {
  if (!isTable(affinity)) return affinity;
  const left = Object.entries(affinity).flatMap(([kind, rules]) => {
    if (!/^pod_(?:anti_)?affinity$/.test(kind) || !isTable(rules)) return [[kind, rules] as const];
    const { [PREFERRED]: _, ...others } = rules;
    return Object.keys(others).length > 0 ? [[kind, others] as const] : [];
  });
  return left.length > 0 ? Object.fromEntries(left) : undefined;
}

function isOfMachine(term: unknown): boolean {
  const { match_expressions: expressions, ...rest } = fieldsOf(term);
  const keys = listOf(expressions).map((one) => textOf(fieldsOf(one).key));
  return Object.keys(rest).length === 0 && keys.every((key) => key !== undefined && OF_MACHINE.test(key));
}

/** Volumes without a `mount_propagation` that says what holds without it. */
function withoutNone(kubernetes: Fields): Fields {
  const { volumes } = kubernetes;
  if (!isTable(volumes)) return kubernetes;
  const lists = Object.entries(volumes).map(([kind, list]): [string, unknown] => [
    kind,
    Array.isArray(list) ? list.map(withoutPropagation) : list,
  ]);
  return { ...kubernetes, volumes: Object.fromEntries(lists) };
}

function withoutPropagation(volume: unknown): unknown {
  if (!isTable(volume) || volume.mount_propagation !== 'None') return volume;
  const { mount_propagation: _, ...rest } = volume;
  return rest;
}

const LIMIT = /^(?:helper_|service_)?(?:cpu|memory|ephemeral_storage)_limit$/;
/** What a comparison has instead of the size of a limit. */
const ANY_SIZE = 'a limit';

/** Whether jobs get a limit that they did not have: killed-earlier. */
export function isAddedLimit({ path, before, after }: FieldChange): boolean {
  const [, key] = /\.kubernetes\.(\w+)$/.exec(path) ?? [];
  return before === undefined && after === ANY_SIZE && key !== undefined && LIMIT.test(key);
}

/** Limits without their size: what matters is whether there is one. */
function withSizes(kubernetes: Fields): Fields {
  return Object.fromEntries(
    Object.entries(kubernetes).flatMap(([key, value]): [string, unknown][] => {
      if (!LIMIT.test(key)) return [[key, value]];
      const size = parseQuantity(textOf(value) ?? '');
      return size !== undefined && size > 0n ? [[key, ANY_SIZE]] : [];
    }),
  );
}
