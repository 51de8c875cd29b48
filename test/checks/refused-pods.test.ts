import type { Change } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

const SELECTOR = /( +)(\[runners.kubernetes.node_selector\])/;

/** Keys in front of the node selector of the runner. */
function keys(...lines: readonly string[]): Change {
  const text = lines.map((line) => `$1${line}\n`).join('');
  return [CONFIG, SELECTOR, `${text}$1$2`];
}

/** A strategic patch of the pod, with its feature flag. */
function patch(text: string, type = 'strategic'): Change[] {
  return [
    keys('[[runners.kubernetes.pod_spec]]', `  patch_type = "${type}"`, `  patch = '${text}'`),
    [
      CONFIG,
      /( +)(FF_WAIT_FOR_POD_TO_BE_REACHABLE)/,
      '$1FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n$1$2',
    ],
  ];
}

const emptyDir = (...lines: readonly string[]) =>
  keys('[[runners.kubernetes.volumes.empty_dir]]', ...lines.map((line) => `  ${line}`));
const hosts = (ip: string, name: string) =>
  keys('[[runners.kubernetes.host_aliases]]', `  ip = "${ip}"`, `  hostnames = ["${name}"]`);
const affinity = (kind: string, ...lines: readonly string[]) =>
  keys(`[[runners.kubernetes.affinity.${kind}]]`, ...lines.map((line) => `  ${line}`));
const PREFERRED = 'node_affinity.preferred_during_scheduling_ignored_during_execution';

describeCheck('config', {
  fires: [
    {
      name: 'a host alias for a name instead of an address',
      changes: [hosts('registry.example.com', 'registry')],
      finds: ['config/refused-value', 'error', /found registry.example.com. an IP address is required/],
    },
    {
      name: 'a host alias with a name that is not one of DNS',
      changes: [hosts('10.0.0.10', 'My_Registry')],
      finds: ['config/refused-value', 'error', /found My_Registry. a DNS name is required/],
    },
    {
      name: 'a volume with dots in its name',
      changes: [emptyDir('name = "build.cache"', 'mount_path = "/x"')],
      finds: ['config/refused-value', 'error', /found build.cache. a name of at most 63/],
    },
    {
      name: 'a volume with a name of 64 characters',
      changes: [emptyDir(`name = "${'a'.repeat(64)}"`, 'mount_path = "/x"')],
      finds: ['config/refused-value', 'error', /a name of at most 63/],
    },
    {
      name: 'a volume that is mounted nowhere',
      changes: [emptyDir('name = "x"', 'mount_path = ""')],
      finds: ['config/refused-value', 'error', /a mount needs a path/],
    },
    {
      name: 'a deadline of no second',
      changes: patch('{"activeDeadlineSeconds":0}'),
      finds: ['config/refused-value', 'error', /found activeDeadlineSeconds: 0. seconds from 1 to/],
    },
    {
      name: 'a folder of the node that leads out of another one',
      changes: [
        keys(
          '[[runners.kubernetes.volumes.host_path]]',
          '  name = "x"',
          '  mount_path = "/x"',
          '  host_path = "/data/../etc"',
        ),
      ],
      finds: ['config/refused-value', 'error', /found \/data\/\.\.\/etc. a path must not hold "\.\."/],
    },
    {
      name: 'an absolute path within a volume',
      changes: [emptyDir('name = "x"', 'mount_path = "/x"', 'sub_path = "/y"')],
      finds: ['config/refused-value', 'error', /found \/y. a path within the volume/],
    },
    {
      name: 'a size of an empty volume that is not a quantity',
      changes: [emptyDir('name = "x"', 'mount_path = "/x"', 'size_limit = "10 GB"')],
      finds: ['config/quantity', 'warning', /found 10 GB. .*the volume has no limit/],
    },
    {
      name: 'a size of an empty volume in thousandths',
      changes: [emptyDir('name = "x"', 'mount_path = "/x"', 'size_limit = "512m"')],
      finds: ['config/unit-slip', 'error', /Fix: write "512Mi"/],
    },
    {
      name: 'a size below zero',
      changes: [emptyDir('name = "x"', 'mount_path = "/x"', 'size_limit = "-1Gi"')],
      finds: ['config/refused-value', 'error', /a size must not be negative/],
    },
    {
      name: 'a medium in small letters',
      changes: [emptyDir('name = "x"', 'mount_path = "/x"', 'medium = "memory"')],
      finds: ['config/refused-value', 'error', /stays in ContainerCreating .* Fix: write "Memory"/],
    },
    {
      name: 'a user below zero',
      changes: [keys('[runners.kubernetes.helper_container_security_context]', '  run_as_user = -1')],
      finds: ['config/refused-value', 'error', /users and groups are numbers from 0/],
    },
    {
      name: 'a group of the pod that is too large',
      changes: [keys('[runners.kubernetes.pod_security_context]', '  fs_group = 4294967295')],
      finds: ['config/refused-value', 'error', /found 4294967295/],
    },
    {
      name: 'an unmasked /proc without users of its own',
      changes: [keys('[runners.kubernetes.build_container_security_context]', '  proc_mount = "unmasked"')],
      finds: ['config/refused-value', 'error', /requires hostUsers: false/],
    },
    {
      name: 'four name servers',
      changes: [
        keys(
          '[runners.kubernetes.dns_config]',
          '  nameservers = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]',
        ),
      ],
      finds: ['config/refused-value', 'error', /found 4. at most 3 are allowed/],
    },
    {
      name: 'a name server by name',
      changes: [keys('[runners.kubernetes.dns_config]', '  nameservers = ["dns.example.com"]')],
      finds: ['config/refused-value', 'error', /an IP address is required/],
    },
    {
      name: 'thirty-three search domains',
      changes: [
        keys(
          '[runners.kubernetes.dns_config]',
          `  searches = [${Array.from({ length: 33 }, (_, index) => `"d${index}.example.com"`).join(', ')}]`,
        ),
      ],
      finds: ['config/refused-value', 'error', /found 33. at most 32/],
    },
    {
      name: 'a toleration with an effect that does not exist',
      changes: [
        [CONFIG, /"(gitlab-runner-fleet\/dedicated-to=[^"]*)" = "NoSchedule"/, '"$1" = "NoScheduled"'],
      ],
      finds: ['config/refused-value', 'error', /NoScheduled/],
    },
    {
      name: 'a toleration whose value has a blank',
      changes: [
        [
          CONFIG,
          /("gitlab-runner-fleet\/dedicated-to=[^"]*" = "NoSchedule"\n)/,
          '$1        "team=a b" = "NoSchedule"\n',
        ],
      ],
      finds: ['config/refused-value', 'error', /at most 63 letters, digits/],
    },
    {
      name: 'a preference without a weight',
      changes: [affinity(PREFERRED)],
      finds: ['config/refused-value', 'error', /found nothing. a preference needs a weight/],
    },
    {
      name: 'an affinity to pods without a topology key',
      changes: [
        affinity('pod_anti_affinity.preferred_during_scheduling_ignored_during_execution', 'weight = 1'),
      ],
      finds: ['config/refused-value', 'error', /names a label of nodes/],
    },
    {
      name: 'a patch with a hostname in capitals',
      changes: patch('{"hostname":"Builder"}'),
      finds: ['config/refused-value', 'error', /found hostname: Builder/],
    },
    {
      name: 'a patch that mounts a volume where another is',
      changes: patch(
        '[{"op":"add","path":"/containers/0/volumeMounts/-","value":{"name":"logs","mountPath":"/builds"}}]',
        'json',
      ),
      finds: [
        'config/refused-value',
        'error',
        /found containers\[0\]\S*: \/builds. two mounts of a container have different paths/,
      ],
    },
    {
      name: 'a patch that requests a device without a limit',
      changes: patch('{"containers":[{"name":"build","resources":{"requests":{"nvidia.com/gpu":"1"}}}]}'),
      finds: ['config/refused-value', 'error', /has a limit/],
    },
    {
      name: 'a patch with a device that has no domain',
      changes: patch('{"containers":[{"name":"build","resources":{"limits":{"gpu":"1"}}}]}'),
      finds: [
        'config/refused-value',
        'error',
        /found containers\[0\].resources.limits.gpu: gpu. gpu is not a resource of containers/,
      ],
    },
    {
      name: 'a patch with a policy of DNS that does not exist',
      changes: patch('{"dnsPolicy":"Cluster"}'),
      finds: ['config/refused-value', 'error', /allowed are ClusterFirst/],
    },
    {
      name: 'a merge patch that leaves a pod with one container',
      changes: [
        keys(
          '[[runners.kubernetes.pod_spec]]',
          '  patch_type = "merge"',
          `  patch = '{"containers":[{"name":"build","image":"x"}]}'`,
        ),
        [
          CONFIG,
          /( +)(FF_WAIT_FOR_POD_TO_BE_REACHABLE)/,
          '$1FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n$1$2',
        ],
      ],
      finds: ['config/refused-value', 'error', /found no container helper. .* every job fails/],
    },
    {
      name: 'a hook that does two things',
      changes: [
        keys(
          '[runners.kubernetes.container_lifecycle.pre_stop]',
          '  exec = { command = ["true"] }',
          '  tcp_socket = { port = 80 }',
        ),
      ],
      finds: ['config/refused-value', 'error', /found exec and tcpSocket/],
    },
    {
      name: 'a capability that contradicts another key',
      changes: [
        keys(
          '[runners.kubernetes.build_container_security_context]',
          '  capabilities = { add = ["CAP_SYS_ADMIN"] }',
        ),
      ],
      finds: ['config/refused-value', 'error', /found false with CAP_SYS_ADMIN/],
    },
    {
      name: 'a profile outside of the folder of the kubelet',
      changes: [[CONFIG, 'type = "RuntimeDefault"', 'type = "Localhost"\n    localhost_profile = "/a.json"']],
      finds: ['config/refused-value', 'error', /found \/a.json/],
    },
    {
      name: 'a type of profile that the runner does not know',
      changes: [[CONFIG, 'type = "RuntimeDefault"', 'type = "runtime/default"']],
      finds: ['config/ignored-value', 'warning', /have more of the kernel.* write one of RuntimeDefault/],
    },
    {
      name: 'a profile without its file',
      changes: [[CONFIG, 'type = "RuntimeDefault"', 'type = "Localhost"']],
      finds: ['config/ignored-value', 'warning', /leaves the profile out without one/],
    },
    {
      name: 'a policy of DNS in the spelling of Kubernetes',
      changes: [
        [CONFIG, 'pull_policy = "always"', 'pull_policy = "always"\n      dns_policy = "ClusterFirst"'],
      ],
      finds: ['config/ignored-value', 'warning', /write one of none, default, cluster-first/],
    },
    {
      name: 'an image with capitals in its path',
      changes: [[CONFIG, 'docker/library/alpine', 'docker/library/Alpine']],
      finds: ['config/refused-value', 'error', /the kubelet answers InvalidImageName/],
    },
    {
      name: 'a namespace with capitals',
      changes: [[CONFIG, 'namespace = "gitlab-jobs"', 'namespace = "Gitlab-Jobs"']],
      finds: ['config/refused-value', 'error', /found Gitlab-Jobs. namespaces have names/],
    },
    {
      name: 'a label whose key is none',
      changes: [[CONFIG, '"app.kubernetes.io/name" = "gitlab-job"', '"a/b/c" = "x"']],
      finds: ['config/refused-value', 'error', /found a\/b\/c/],
    },
    {
      name: 'a volume of CSI without a driver',
      changes: [keys('[[runners.kubernetes.volumes.csi]]', '  name = "x"', '  mount_path = "/x"')],
      finds: ['config/refused-value', 'error', /needs a driver/],
    },
    {
      name: 'a volume of NFS with half a path',
      changes: [
        keys(
          '[[runners.kubernetes.volumes.nfs]]',
          '  name = "x"',
          '  mount_path = "/x"',
          '  server = "s"',
          '  path = "exports"',
        ),
      ],
      finds: ['config/refused-value', 'error', /found exports. the path that a server exports/],
    },
    {
      name: 'a field of a patch that pods do not have',
      changes: patch('{"hostnetwork":true}'),
      finds: ['config/unknown-key', 'error', /found hostnetwork. pods have no field.*Fix: write hostNetwork/],
    },
    {
      name: 'a field of a container in a patch with a slip in it',
      changes: patch('{"containers":[{"name":"build","ressources":{}}]}'),
      finds: ['config/unknown-key', 'error', /Fix: write resources/],
    },
    {
      name: 'a priority of a patch without its class',
      changes: patch('{"priority":5}'),
      finds: ['config/refused-value', 'error', /it comes from a class/],
    },
    {
      name: 'a container of a patch without an image',
      changes: patch('{"containers":[{"name":"side"}]}'),
      finds: ['config/refused-value', 'error', /a container needs its image/],
    },
    {
      name: 'an address of GitLab without a scheme',
      changes: [[CONFIG, /url = "https:\/\/([^"]+)"/, 'url = "$1"']],
      finds: ['config/url', 'error', /never reaches GitLab.* Fix: write "https:\/\/gitlab.com"/],
    },
    {
      name: 'such an address in a variable of the manager',
      changes: [
        [CONFIG, 'url = "https://gitlab.com"', 'url = "$GITLAB_URL"'],
        [
          DEPLOYMENT,
          '            - name: HOME',
          '            - { name: GITLAB_URL, value: gitlab.com }\n            - name: HOME',
        ],
      ],
      finds: ['config/url', 'error', /found gitlab.com. the runner only speaks http/],
    },
    {
      name: 'a manager without a pod',
      changes: [[DEPLOYMENT, 'replicas: 1', 'replicas: 0']],
      finds: ['config/stopped-manager', 'warning', /found replicas: 0. no manager of/],
    },
    {
      name: 'a manager that is paused',
      changes: [[DEPLOYMENT, 'replicas: 1', 'replicas: 1\n  paused: true']],
      finds: ['config/stopped-manager', 'warning', /it never starts/],
    },
    {
      name: 'a manager on every node',
      changes: [
        [DEPLOYMENT, 'kind: Deployment', 'kind: DaemonSet'],
        [DEPLOYMENT, '  replicas: 1\n', ''],
      ],
      finds: ['config/manager-on-every-node', 'warning', /how many run at once is not known/],
    },
    {
      name: 'a patch for processes of the pod and of the node',
      changes: patch('{"shareProcessNamespace":true,"hostPID":true}'),
      finds: ['config/refused-value', 'error', /shareProcessNamespace: true with hostPID/],
    },
    {
      name: 'a patch for users of its own on the network of the node',
      changes: patch('{"hostUsers":false,"hostNetwork":true}'),
      finds: ['config/refused-value', 'error', /hostNetwork: true with hostUsers: false/],
    },
    {
      name: 'a patch that names a node in capitals',
      changes: patch('{"nodeName":"Node_1"}'),
      finds: ['config/refused-value', 'error', /nodeName: Node_1\. nodes have DNS names/],
    },
    {
      name: 'a patch with a scheduling gate that has no proper name',
      changes: patch('{"schedulingGates":[{"name":"my gate"}]}'),
      finds: ['config/refused-value', 'error', /a name of at most 63 characters/],
    },
    {
      name: 'a patch with a gate and a node',
      changes: patch('{"schedulingGates":[{"name":"example.com/wait"}],"nodeName":"a"}'),
      finds: ['config/refused-value', 'error', /waits behind scheduling gates has no node/],
    },
    {
      name: 'a patch with an ephemeral container',
      changes: patch('{"ephemeralContainers":[{"name":"debug","image":"busybox:1"}]}'),
      finds: ['config/refused-value', 'error', /without ephemeral containers/],
    },
    {
      name: 'a patch that makes pods of Linux those of Windows',
      changes: patch('{"os":{"name":"windows"}}'),
      finds: [
        'config/refused-value',
        'error',
        /a pod of Windows does not have .*securityContext.capabilities of a container/,
      ],
    },
    {
      name: 'a patch for an operating system that nobody knows',
      changes: patch('{"os":{"name":"Linux"}}'),
      finds: ['config/refused-value', 'error', /the known systems are linux and windows/],
    },
    {
      name: 'a patch with settings of Windows for Linux',
      changes: patch('{"os":{"name":"linux"},"securityContext":{"windowsOptions":{"runAsUserName":"x"}}}'),
      finds: ['config/refused-value', 'error', /no settings of Windows/],
    },
    {
      name: 'a patch for a host by two names',
      changes: patch('{"hostnameOverride":"builder","setHostnameAsFQDN":true}'),
      finds: ['config/refused-value', 'error', /setHostnameAsFQDN decides the name/],
    },
    {
      name: 'a patch for a host with a name that is none',
      changes: patch('{"hostnameOverride":"Builder_1"}'),
      finds: ['config/refused-value', 'error', /a DNS name of at most 64/],
    },
    {
      name: 'a patch with another port of the node',
      changes: patch(
        '{"hostNetwork":true,"containers":[{"name":"build","ports":[{"containerPort":80,"hostPort":81}]}]}',
      ),
      finds: [
        'config/refused-value',
        'error',
        /hostPort: 81\. a pod on the network of the node has containerPort 80/,
      ],
    },
    {
      name: 'a patch with one port of the node for two containers',
      changes: patch(
        '{"containers":[{"name":"build","ports":[{"containerPort":80,"hostPort":80}]},{"name":"helper","ports":[{"containerPort":81,"hostPort":80}]}]}',
      ),
      finds: ['config/refused-value', 'error', /another container has this port/],
    },
    {
      name: 'a patch with a spread that does not say what else',
      changes: patch('{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone"}]}'),
      finds: ['config/refused-value', 'error', /whenUnsatisfiable: nothing/],
    },
    {
      name: 'a patch with one spread twice',
      changes: patch(
        '{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway"},{"maxSkew":2,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway"}]}',
      ),
      finds: ['config/refused-value', 'error', /the spreads of a pod must differ/],
    },
    {
      name: 'a patch with domains of a spread that is only preferred',
      changes: patch(
        '{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway","minDomains":2}]}',
      ),
      finds: ['config/refused-value', 'error', /only a spread with DoNotSchedule/],
    },
    {
      name: 'a patch with a spread over no domain',
      changes: patch(
        '{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule","minDomains":0}]}',
      ),
      finds: ['config/refused-value', 'error', /minDomains: 0\. it must be 1 or more/],
    },
    {
      name: 'a patch with keys of a spread that selects nothing',
      changes: patch(
        '{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule","matchLabelKeys":["a"]}]}',
      ),
      finds: ['config/refused-value', 'error', /there is none/],
    },
    {
      name: 'a patch with an affinity to pods by an unknown operator',
      changes: patch(
        '{"affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"zone","labelSelector":{"matchExpressions":[{"key":"a","operator":"Equals","values":["b"]}]}}]}}}',
      ),
      finds: ['config/refused-value', 'error', /operator: Equals\. labels of pods are selected by/],
    },
    {
      name: 'a patch with a volume of two kinds',
      changes: patch('{"volumes":[{"name":"x","emptyDir":{},"hostPath":{"path":"/x"}}]}'),
      finds: ['config/refused-value', 'error', /a volume has exactly one kind/],
    },
    {
      name: 'a patch with an ephemeral claim that has no size',
      changes: patch(
        '{"volumes":[{"name":"x","ephemeral":{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"]}}}}]}',
      ),
      finds: ['config/refused-value', 'error', /a claim must request storage/],
    },
    {
      name: 'a patch with a claim that nobody names',
      changes: patch('{"volumes":[{"name":"x","persistentVolumeClaim":{}}]}'),
      finds: ['config/refused-value', 'error', /must name a claim/],
    },
    {
      name: 'a patch with a token that holds a minute',
      changes: patch(
        '{"volumes":[{"name":"x","projected":{"sources":[{"serviceAccountToken":{"path":"t","expirationSeconds":60}}]}}]}',
      ),
      finds: ['config/refused-value', 'error', /expirationSeconds: 60\. a token is valid for 600/],
    },
    {
      name: 'a patch with two files of one path',
      changes: patch(
        '{"volumes":[{"name":"x","projected":{"sources":[{"secret":{"name":"a","items":[{"key":"a","path":"p"}]}},{"secret":{"name":"b","items":[{"key":"a","path":"p"}]}}]}}]}',
      ),
      finds: ['config/refused-value', 'error', /the files of a volume must have different paths/],
    },
    {
      name: 'a patch with a mode in decimal',
      changes: patch('{"volumes":[{"name":"x","secret":{"secretName":"y","defaultMode":640}}]}'),
      finds: ['config/refused-value', 'error', /defaultMode: 640\. a mode is a number from 0 to 511/],
    },
    {
      name: 'a patch with a device that is no claim',
      changes: patch(
        '{"containers":[{"name":"build","volumeDevices":[{"name":"repo","devicePath":"/dev/x"}]}]}',
      ),
      finds: ['config/refused-value', 'error', /a device must be a volume of the pod/],
    },
    {
      name: 'a patch with a mount of two paths within a volume',
      changes: patch(
        '{"containers":[{"name":"build","volumeMounts":[{"name":"repo","mountPath":"/x","subPath":"a","subPathExpr":"b"}]}]}',
      ),
      finds: ['config/refused-value', 'error', /either a subPath or a subPathExpr/],
    },
    {
      name: 'a patch with a variable that has a value and a source',
      changes: patch(
        '{"containers":[{"name":"build","env":[{"name":"A","value":"1","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}',
      ),
      finds: ['config/refused-value', 'error', /either a value or a source/],
    },
    {
      name: 'a patch with a variable from a field that pods do not offer',
      changes: patch(
        '{"containers":[{"name":"build","env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"spec.priority"}}}]}]}',
      ),
      finds: ['config/refused-value', 'error', /fieldPath: spec\.priority/],
    },
    {
      name: 'a patch with variables from nothing',
      changes: patch('{"containers":[{"name":"build","envFrom":[{"prefix":"A_"}]}]}'),
      finds: ['config/refused-value', 'error', /one of secretRef, configMapRef is required/],
    },
    {
      name: 'a patch with a hook that sleeps longer than the pod may end',
      changes: patch(
        '{"containers":[{"name":"build","lifecycle":{"preStop":{"sleep":{"seconds":100000}}}}]}',
      ),
      finds: ['config/refused-value', 'error', /a hook sleeps from 0 to terminationGracePeriodSeconds/],
    },
    {
      name: 'a patch with a probe of an init container',
      changes: patch(
        '{"initContainers":[{"name":"a","image":"b:1","readinessProbe":{"exec":{"command":["x"]}}}]}',
      ),
      finds: ['config/refused-value', 'error', /an init container that runs to its end has none/],
    },
    {
      name: 'a patch with rules of restarts without a policy',
      changes: patch(
        '{"containers":[{"name":"build","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[1]}}]}]}',
      ),
      finds: ['config/refused-value', 'error', /exceptions from a restartPolicy/],
    },
    {
      name: 'a patch that restarts a container to resize it',
      changes: patch(
        '{"containers":[{"name":"build","resizePolicy":[{"resourceName":"cpu","restartPolicy":"RestartContainer"}]}]}',
      ),
      finds: ['config/refused-value', 'error', /never restarts is resized as it runs/],
    },
    {
      name: 'a patch with a device that the pod does not claim',
      changes: patch('{"containers":[{"name":"build","resources":{"claims":[{"name":"gpu"}]}}]}'),
      finds: ['config/refused-value', 'error', /no resource claim of this name/],
    },
    {
      name: 'a patch with a claim of a device from nowhere',
      changes: patch('{"resourceClaims":[{"name":"gpu"}]}'),
      finds: ['config/refused-value', 'error', /one of resourceClaimName and/],
    },
    {
      name: 'a patch with devices for the pod as a whole',
      changes: patch('{"resources":{"limits":{"nvidia.com/gpu":"1"}}}'),
      finds: ['config/refused-value', 'error', /cpu, memory and huge pages only/],
    },
    {
      name: 'a patch that compares taints',
      changes: patch('{"tolerations":[{"key":"a","operator":"Lt","value":"5"}]}'),
      finds: ['config/refused-value', 'error', /a feature gate that is off/],
    },
    {
      name: 'a patch that never preempts, without a class',
      changes: patch('{"preemptionPolicy":"Never"}'),
      finds: ['config/refused-value', 'error', /it comes from a class/],
    },
    {
      name: 'a patch with a setting of the kernel that is none',
      changes: patch('{"securityContext":{"sysctls":[{"name":"a b","value":"1"}]}}'),
      finds: ['config/refused-value', 'error', /settings of the kernel have names/],
    },
  ],
  quiet: [
    {
      name: 'what a patch may say of restarts, gates, volumes and variables',
      changes: patch(
        '{"restartPolicy":"Never","hostUsers":false,"readinessGates":[{"conditionType":"example.com/ready"}],"initContainers":[{"name":"proxy","image":"proxy:1","restartPolicy":"Always","readinessProbe":{"exec":{"command":["x"]}}}],"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"pod":"x"}}}],"volumes":[{"name":"x","projected":{"defaultMode":288,"sources":[{"serviceAccountToken":{"path":"t","expirationSeconds":600}},{"downwardAPI":{"items":[{"path":"l","fieldRef":{"fieldPath":"metadata.labels"}}]}}]}},{"name":"y"}],"containers":[{"name":"build","env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}},{"name":"B","valueFrom":{"resourceFieldRef":{"resource":"limits.memory"}}}]}]}',
      ),
    },
    {
      name: 'hosts, DNS and volumes as the API server takes them',
      changes: [
        hosts('10.0.0.10', 'registry.example.com'),
        hosts('fd00::10', 'registry6'),
        keys(
          '[runners.kubernetes.dns_config]',
          '  nameservers = ["10.0.0.2", "fd00::2"]',
          '  searches = ["example.com.", "_srv.example.com", "."]',
          '  [[runners.kubernetes.dns_config.options]]',
          '    name = "ndots"',
          '    value = "2"',
        ),
        emptyDir(
          `name = "${'a'.repeat(63)}"`,
          'mount_path = "/x"',
          'size_limit = "1Gi"',
          'medium = "Memory"',
        ),
        emptyDir('name = "y"', 'mount_path = "/y/$CI_PROJECT_ID"', 'sub_path = "a/b"', 'size_limit = ""'),
      ],
    },
    {
      name: 'an address of GitLab in a variable of the manager',
      changes: [
        [CONFIG, 'url = "https://gitlab.com"', 'url = "$GITLAB_URL"'],
        [
          DEPLOYMENT,
          '            - name: HOME',
          '            - { name: GITLAB_URL, value: "https://gitlab.com" }\n            - name: HOME',
        ],
      ],
    },
    {
      name: 'an unmasked /proc with users of its own',
      changes: [
        keys('[runners.kubernetes.service_container_security_context]', '  proc_mount = "unmasked"'),
        ...patch('{"hostUsers":false}'),
      ],
    },
    {
      name: 'a patch that the API server takes',
      changes: patch(
        '{"hostname":"builder","activeDeadlineSeconds":7200,"dnsConfig":{"nameservers":["10.0.0.2"]}}',
      ),
    },
  ],
});

const REQUIRED =
  'runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_terms';
const EMPTY = `[[${REQUIRED}]]`;
const ARM = [
  EMPTY,
  `[[${REQUIRED}.match_expressions]]`,
  '  key = "kubernetes.io/arch"',
  '  operator = "Exists"',
];

describeCheck('lands', {
  fires: [
    {
      name: 'an affinity of one empty term',
      changes: [keys(EMPTY)],
      finds: ['lands/empty-term', 'error', /an empty term matches no node/],
    },
    {
      name: 'a manager with such an affinity',
      changes: [
        [
          DEPLOYMENT,
          '      serviceAccountName:',
          '      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{}] } } }\n      serviceAccountName:',
        ],
      ],
      finds: ['lands/empty-term', 'error', /the manager pod of runner/],
    },
    {
      name: 'a patch that names a node',
      changes: patch('{"nodeName":"ip-10-0-0-1"}'),
      finds: ['lands/other-scheduler', 'note', /names its node/],
    },
    {
      name: 'a patch by which pods wait behind a scheduling gate',
      changes: patch('{"schedulingGates":[{"name":"example.com/quota"}]}'),
      finds: ['lands/passed-over', 'error', /nothing schedules it until its gates are removed/],
    },
  ],
  quiet: [{ name: 'an empty term beside one that matches', changes: [keys(EMPTY, ...ARM)] }],
});

describeCheck('config', {
  fires: [
    {
      name: 'a patch by which pods of jobs always restart',
      changes: patch('{"restartPolicy":"Always"}'),
      finds: ['config/patched-restart', 'warning', /found restartPolicy: Always. .* the job may hang/],
    },
    {
      name: 'a patch that takes away the restart policy, for which the API server writes Always',
      changes: patch('{"restartPolicy":null}'),
      finds: ['config/patched-restart', 'warning', /found restartPolicy: Always/],
    },
    {
      name: 'such an operation of a JSON patch',
      changes: patch('[{"op":"replace","path":"/restartPolicy","value":"OnFailure"}]', 'json'),
      finds: ['config/patched-restart', 'warning', /found restartPolicy: OnFailure/],
    },
    {
      name: 'a patch by which the helper restarts',
      changes: patch('{"containers":[{"name":"helper","restartPolicy":"OnFailure"}]}'),
      finds: ['config/patched-restart', 'warning', /a restartPolicy of the container helper/],
    },
    {
      name: 'a patch that closes the input of the build',
      changes: patch('{"containers":[{"name":"build","stdin":false}]}'),
      finds: ['config/patched-command', 'error', /stdin: false of the container build/],
    },
    {
      name: 'a patch that closes the input of the helper after one step',
      changes: patch('{"containers":[{"name":"helper","stdinOnce":true}]}'),
      finds: ['config/patched-command', 'warning', /later steps fail/],
    },
  ],
  quiet: [{ name: 'a patch that says what the executor does', changes: patch('{"restartPolicy":"Never"}') }],
});

describeCheck('in-time', {
  fires: [
    {
      name: 'a patch that ends pods after ten minutes',
      changes: patch('{"activeDeadlineSeconds":600}'),
      finds: [
        'in-time/pod-deadline',
        'error',
        /found activeDeadlineSeconds 600. the kubelet ends the pod after 10m/,
      ],
    },
  ],
  quiet: [
    {
      name: 'a patch that ends pods after the longest job',
      changes: patch('{"activeDeadlineSeconds":86400}'),
    },
  ],
});
