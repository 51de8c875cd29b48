import type { RunnerConfig } from '../cluster/config-files';
import { serviceRefusal } from '../cluster/job-choices';
import { managerImageOf, managerRelease } from '../cluster/manager-image';
import { displayName, type Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { unreadRunnersOf } from '../cluster/unread-runners';
import { flagsOf } from '../gitlab-runner/config/flags';
import type { ConfigProblem } from '../gitlab-runner/config/problem';
import { configFaults } from '../gitlab-runner/config/validate';
import { jobPod } from '../gitlab-runner/executor/job-pod';
import { unreadPatches } from '../gitlab-runner/executor/pod-patches';
import { FLAG_NAMES, isFlag } from '../gitlab-runner/feature-flags';
import { fieldsOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import { type LostConfig, lostConfigs } from './config-place';
import { isOpenProblem, variableProblem } from './config-variables';
import type { Finding } from './finding';
import { commandProblems } from './manager-command';
import { countFindings } from './manager-count';
import { urlProblem } from './manager-url';
import { neverPulled } from './never-pulled';
import { keyOf, openedPatterns } from './opened-patterns';
import { patchedContainers } from './patched-containers';
import { refusedKeys, unknownFields } from './refused-pods';
import { unreachedSession } from './session-server';
import { templateProblems } from './template-entries';
import { FILE_KEYS, unmountedFiles } from './unmounted-files';

const { finding, ...group } = ruleGroup(
  'config',
  'Every config.toml parses, and holds known keys with values that work when a job runs.',
  {
    syntax: 'a config.toml does not parse',
    'not-mounted': 'no workload mounts a config.toml',
    'stopped-manager': 'the manager of a runner does not run',
    'manager-on-every-node': 'a manager runs on every node',
    'not-run': 'a manager starts something other than gitlab-runner run',
    'not-found': 'a manager reads its config.toml where no volume puts it',
    'file-not-mounted': 'a config.toml names a file that its manager does not have',
    'session-server': 'web terminals that no Service leads to, or no network policy lets in',
    unread: 'a workload runs gitlab-runner with a config that is not among the manifests',
    'template-entries': 'a template does not hold exactly one entry',
    'template-globals': 'a template has keys that registration ignores',
    'refused-jobs': 'keys that work alone make a pod together that is refused',
    'refused-services': 'keys that work alone and are refused together once a job has a service',
    'no-ceiling': 'a request has no ceiling, so that jobs can not change it',
    'shared-images': 'a pull policy lets jobs use private images of others',
    'never-pulled': 'a pull policy that pulls no image onto a new node',
    'patched-command': 'a patch that starts something else than the shell of a job',
    'patched-probe': 'a patch that gives a container of a job a probe',
    'patched-restart': 'a patch that lets containers of a job restart',
    concurrency: 'the runner has room for no job',
    'plain-token': 'a token is written in the file',
    'plain-key': 'a key of the cache is written in the file',
    'token-rotation': 'the runner would rotate its token, and lose it',
    'other-executor': 'an entry is for another executor',
    'other-executor-table': 'a table is for another executor',
    'missing-key': 'a key that the runner needs is missing',
    'unknown-key': 'a key that the runner does not know',
    'removed-key': 'a key under a name that the runner does not have',
    'server-key': 'a setting that belongs on the GitLab server',
    'wrong-type': 'a value of another type than its key takes',
    pattern: 'a pattern that is not a regular expression',
    'unanchored-pattern': 'a pattern that allows more than it says',
    'pull-policy': 'a pull policy that does not exist',
    'helper-arch': 'a helper image that does not exist for the architecture',
    'affinity-arch': 'the architecture is selected by affinity, which the helper image does not follow',
    'feature-flag': 'a feature flag that the runner does not have',
    'patch-ignored': 'a patch of the pod without its feature flag',
    'patch-unread': 'a part of a patch of the pod that is not read here',
    'volume-name': 'two volumes of a job pod have one name',
    'volume-mount': 'two volumes of a job pod have one mount path',
    'root-user': 'a container must not run as root, and nothing says as whom it runs',
    'patch-twice': 'a patch of the pod that has both patch and patch_path',
    'poll-timeout': 'a poll_timeout below poll_interval',
    'service-alias': 'an alias of a service that is not a host name',
    'refused-value': 'a value with which pods are refused, or never start',
    'ignored-value': 'a value that the runner does not know and ignores',
    'log-setting': 'a level or format of logs that the runner does not have',
    'rarely-asks': 'a time for which a runner does not ask for jobs',
    'cut-short': 'a time or length after which clean-ups or logs end',
    'ends-late': 'a time for which finished jobs keep their nodes',
    'no-request': 'a request of nothing',
    'small-limit': 'a limit that is too small for any job',
    url: 'an address of GitLab that is not an HTTP URL',
    quantity: 'a value that is not a Kubernetes quantity',
    'unit-slip': 'a quantity with the unit of something else',
    'resource-order': 'a request, limit or ceiling that exceeds the next one',
    'run-time-value': 'a variable stands for a value that decides what jobs get',
  },
);

/** config.toml says what the runner knows, in values that don't fail when a job runs. */
export const config: Check = {
  ...group,
  run: (subject) => [
    ...onceEach(
      lessForUnopened(
        subject.configs.flatMap((one) => [
          ...templateProblems(one).map(([what, problem]) => finding(what, problem)),
          ...configFindings(one),
        ]),
        subject,
      ),
    ),
    ...subject.runners.flatMap((runner) => [
      ...refusalFindings(runner),
      ...unknownFields(runner).map(({ near, ...one }) =>
        finding('unknown-key', { severity: near ? 'error' : 'warning', ...one }),
      ),
      ...refusedKeys(runner).map((one) => finding('refused-value', { severity: 'error', ...one })),
      ...ceilingFindings(runner),
      ...pullFindings(runner),
      ...[urlProblem(runner, subject.manifests) ?? []].flat().map((one) => finding('url', one)),
      ...neverPulled(runner).map((one) => finding('never-pulled', one)),
      ...patchedContainers(runner).command.map((one) => finding('patched-command', one)),
      ...patchedContainers(runner).probe.map((one) => finding('patched-probe', one)),
      ...patchedContainers(runner).restart.map((one) => finding('patched-restart', one)),
      ...unreadFindings(runner),
      ...flagFindings(runner),
    ]),
    ...subject.configs
      .filter(({ parsed, managers, operated }) => parsed && managers.length === 0 && !operated)
      .map(unused),
    ...countFindings(subject).map(([what, problem]) => finding(what, problem)),
    ...commandProblems(subject).map((one) => finding('not-run', one)),
    ...subject.configs.flatMap((one) => lostConfigs(one, subject.manifests)).map(lostFinding),
    ...subject.runners.flatMap((runner) => fileFindings(runner, subject.manifests)),
    ...onceEach(subject.runners.flatMap((runner) => sessionFindings(runner, subject.manifests))),
    ...untold(subject).map(unreadFinding),
  ],
};

/** `rendered/unread-runner` knows more of those that it finds. */
function untold({ manifests, runners, configs, unread }: Subject): readonly Manifest[] {
  const told = unreadRunnersOf(manifests, runners, configs);
  return unread.filter((one) => !told.some(({ manifest }) => manifest === one));
}

/** Managers of one template find the same in it. */
function onceEach(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<Manifest, Set<string>>();
  return findings.filter(({ id, at: { manifest, path, within }, found }) => {
    const known = seen.get(manifest) ?? new Set();
    seen.set(manifest, known);
    const key = JSON.stringify([id, path, within, found]);
    return !known.has(key) && known.add(key);
  });
}

function unreadFinding(manifest: Manifest): Finding {
  return finding('unread', {
    severity: 'warning',
    notProved: true,
    at: { manifest, path: ['spec', 'template', 'spec', 'containers'] },
    found: `${manifest.kind} ${manifest.name} runs gitlab-runner`,
    why: 'its config is not among these manifests: nothing is proved of its jobs',
    fix: 'check the folder of its ConfigMap too',
  });
}

function configFindings(of: RunnerConfig): Finding[] {
  const { manifest, path, syntax } = of;
  if (syntax) {
    const why = `the file is not TOML (line ${syntax.line} of ${manifest.file}): a manager does not start with it`;
    return [
      finding('syntax', {
        severity: 'error',
        at: { manifest, path },
        found: syntax.reason,
        why,
        fix: 'fix the TOML syntax',
      }),
    ];
  }
  const problems = problemsOf(of);
  const open = problems.filter((one) => isOpenProblem(one, of));
  const variables = variableProblem(of, open);
  return [
    ...problems
      .filter((one) => !open.includes(one))
      .map(({ id, at: within, ...problem }) =>
        // What a variable of the manager says stands there, and not in the file.
        finding(id, { ...problem, at: of.given.get(within) ?? { manifest, path, within } }),
      ),
    ...(variables ? [finding('run-time-value', variables)] : []),
  ];
}

/** A pattern that allows too much breaks nothing while there is nothing that it opens. */
function lessForUnopened(findings: readonly Finding[], subject: Subject): readonly Finding[] {
  if (!findings.some(({ id }) => id === UNANCHORED)) return findings;
  const opened = openedPatterns(subject);
  return findings.map((one) =>
    one.id === UNANCHORED && !opened.has(keyOf(one.at.manifest.file, one.at.within ?? ''))
      ? { ...one, severity: 'warning' }
      : one,
  );
}

const UNANCHORED = 'config/unanchored-pattern';

/** What registration adds to a template. */
const REGISTERED = /^runners\[\d+\]\.(url|token|executor)$/;

/** Problems of the text of a file, whether a runner uses it or not. */
const PLAIN = ['plain-key', 'plain-token'];

const judged = new WeakMap<RunnerConfig, readonly ConfigProblem[]>();

/** Judged once: two rules ask. */
function problemsOf(config: RunnerConfig): readonly ConfigProblem[] {
  const { manifest, parsed, isTemplate, stray } = config;
  // The group secrets judges what a Secret holds.
  const isSecret = manifest.kind === 'Secret';
  const problems = judged.get(config) ?? [
    ...configFaults(parsed).filter(
      ({ id, at }) =>
        !(isTemplate && id === 'missing-key' && REGISTERED.test(at)) && !(isSecret && PLAIN.includes(id)),
    ),
    // An entry that no runner uses can still be read by others.
    ...(stray.length === 0 || isSecret
      ? []
      : configFaults({ ...fieldsOf(parsed), runners: stray }).filter(({ id }) => PLAIN.includes(id))),
  ];
  judged.set(config, problems);
  return problems;
}

function unused({ manifest, path }: RunnerConfig): Finding {
  const why = 'no workload here mounts it: nothing runs these runners';
  return finding('not-mounted', {
    severity: 'warning',
    at: { manifest, path },
    found: manifest.name,
    why,
    fix: 'mount it, or check the folder of its manager too',
  });
}

/** The runner starts without its file, and has no runners then. */
function lostFinding({ manager, container, file }: LostConfig): Finding {
  return finding('not-found', {
    severity: 'error',
    at: { manifest: manager, path: [...container.path, 'volumeMounts'] },
    found: `no volume with ${file}`,
    why: `the manager reads ${file}, and none of its volumes puts a file there: it starts without a runner and takes no job`,
    fix: `mount the config as ${file}, or name another file in --config`,
  });
}

/** Certificates and keys that the runner reads without a word where they are not there. */
function fileFindings(runner: ObservedRunner, manifests: readonly Manifest[]): Finding[] {
  const { config: of, index } = runner;
  return unmountedFiles(runner, manifests).map(({ manager, key, file, isUnknown }) =>
    finding('file-not-mounted', {
      severity: isUnknown ? 'warning' : 'error',
      ...(isUnknown && { notProved: true }),
      at: { manifest: of.manifest, path: of.path, within: `runners[${index}].${key}` },
      found: file,
      why: `no volume of ${displayName(manager)} provides this file${isUnknown ? ', unless its image has it' : ''}: the runner looks there for ${FILE_KEYS[key]}, and goes on without them`,
      fix: `mount a ConfigMap or a Secret with it, or remove ${key} (in a description: gitlabCa)`,
    }),
  );
}

/** A terminal of a job is opened through the address that the manager advertises. */
function sessionFindings(runner: ObservedRunner, manifests: readonly Manifest[]): Finding[] {
  const unreached = unreachedSession(runner, manifests);
  if (unreached === undefined) return [];
  return [
    finding('session-server', {
      severity: 'warning',
      at: { manifest: runner.config.manifest, path: runner.config.path, within: 'session_server' },
      found: unreached.address,
      why: unreached.why,
      fix: 'add a Service for the port of listen_address and a network policy that lets GitLab in, or remove session_server (in a description: sessionServer)',
    }),
  ];
}

/** What no single key tells: keys that together make a pod that is refused. */
function refusalFindings({ config: of, index, refusal, table }: ObservedRunner): Finding[] {
  const told = problemsOf(of).some(({ severity }) => severity === 'error');
  const ofServices = refusal === undefined ? serviceRefusal(table) : undefined;
  const found = refusal ?? ofServices;
  if (found === undefined || told) return [];
  const jobs =
    ofServices === undefined ? 'every job of this runner' : 'every job of this runner with a service';
  return [
    finding(ofServices === undefined ? 'refused-jobs' : 'refused-services', {
      severity: 'error',
      at: { manifest: of.manifest, path: of.path, within: `runners[${index}].kubernetes` },
      found,
      why: `the executor or the API server refuses ${jobs}`,
      fix: 'change what it names',
    }),
  ];
}

/** Variables that pipelines often set, and that do nothing without a ceiling. */
function ceilingFindings({ config: { manifest, path }, index, table }: ObservedRunner): Finding[] {
  const keys = ['cpu_request', 'memory_request'] as const;
  return keys
    .filter((key) => table.kubernetes[key] !== undefined && !table.kubernetes[`${key}_overwrite_max_allowed`])
    .map((key) =>
      finding('no-ceiling', {
        severity: 'warning',
        at: { manifest, path, within: `runners[${index}].kubernetes.${key}` },
        found: 'no ceiling',
        why: `KUBERNETES_${key.toUpperCase()} in a pipeline does nothing, and no job says so`,
        fix: 'add its ceiling, the key that ends in _overwrite_max_allowed, at least the default',
      }),
    );
}

/** Flags of other releases than the one that runs. */
function flagFindings({ config: { manifest, path }, index, managerPod, table }: ObservedRunner): Finding[] {
  const release = managerRelease(managerPod);
  return flagsOf(fieldsOf(table))
    .filter(({ name }) => FLAG_NAMES.includes(name) && !isFlag(name, release))
    .map(({ name, key }) =>
      finding('feature-flag', {
        severity: 'warning',
        at: { manifest, path, within: `runners[${index}].${key}` },
        found: name,
        why: `the release of ${managerImageOf(managerPod)} does not have this feature flag, and ignores it silently`,
        fix: 'remove it, or run a release that has it',
      }),
    );
}

/** Patches in files, and operations of JSON patches that do not apply to what is known of the pod. */
function unreadFindings({ config: { manifest, path }, index, table }: ObservedRunner): Finding[] {
  if ((table.kubernetes.pod_spec ?? []).length === 0) return [];
  const bare = jobPod({ ...table, kubernetes: { ...table.kubernetes, pod_spec: [] } });
  return unreadPatches(table, bare).map(([at, what]) =>
    finding('patch-unread', {
      severity: 'note',
      notProved: true,
      at: { manifest, path, within: `runners[${index}].kubernetes.${at}` },
      found: what,
      why: 'this part of the patch is not read here: nothing is proved of what it changes',
      fix: 'write a strategic patch, if it decides where jobs land',
    }),
  );
}

function pullFindings({ config: { manifest, path }, index, table }: ObservedRunner): Finding[] {
  const policies = [table.kubernetes.pull_policy ?? []].flat().filter((policy) => policy !== '');
  const isUnset = policies.length === 0 && (table.executor ?? 'kubernetes') === 'kubernetes';
  const loose = policies.find((policy) => policy === 'if-not-present' || policy === 'never');
  if (loose === undefined && !isUnset) return [];
  const why =
    'a job can use a private image that a job of another project pulled to the node, without credentials for it';
  const within = `runners[${index}].kubernetes.pull_policy`;
  return [
    finding('shared-images', {
      severity: 'warning',
      at: { manifest, path, within },
      found: loose ?? 'no policy, and the API server makes IfNotPresent of that for an image with a tag',
      why,
      fix: 'write "always"',
    }),
  ];
}
