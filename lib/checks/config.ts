import type { ObservedRunner } from '../cluster/observe';
import type { RunnerConfig } from '../cluster/runners';
import type { ConfigProblem } from '../gitlab-runner/config/problem';
import { configFaults } from '../gitlab-runner/config/validate';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'config',
  'Every config.toml parses, and holds known keys with values that work when a job runs.',
  {
    syntax: 'a config.toml does not parse',
    'not-mounted': 'no Deployment mounts a config.toml',
    'refused-jobs': 'keys that work alone make a pod together that is refused',
    'no-ceiling': 'a request has no ceiling, so that jobs can not change it',
    'shared-images': 'a pull policy lets jobs use private images of others',
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
    'patch-ignored': 'a patch of the pod without its feature flag',
    'patch-twice': 'a patch of the pod that has both patch and patch_path',
    'poll-timeout': 'a poll_timeout below poll_interval',
    quantity: 'a value that is not a Kubernetes quantity',
    'unit-slip': 'a quantity with the unit of something else',
    'resource-order': 'a request, limit or ceiling that exceeds the next one',
  },
);

/** config.toml says what the runner knows, in values that don't fail when a job runs. */
export const config: Check = {
  ...group,
  run: ({ configs, runners }) => [
    ...configs.flatMap(configFindings),
    ...runners.flatMap((runner) => [
      ...refusalFindings(runner),
      ...ceilingFindings(runner),
      ...pullFindings(runner),
    ]),
    ...configs
      .filter((one) => one.parsed && !runners.some((runner) => runner.config === one && runner.manager))
      .map(unused),
  ],
};

function configFindings(of: RunnerConfig): Finding[] {
  const { manifest, path, syntax } = of;
  if (syntax) {
    const why = `the file is no TOML (line ${syntax.line} of ${manifest.file}): a manager does not start with it`;
    return [
      finding('syntax', {
        severity: 'error',
        at: { manifest, path },
        found: syntax.reason,
        why,
        fix: 'mend the syntax',
      }),
    ];
  }
  return problemsOf(of).map(({ id, at: within, ...problem }) =>
    finding(id, { ...problem, at: { manifest, path, within } }),
  );
}

/** What registration adds to a template. */
const REGISTERED = /^runners\[\d+\]\.(url|token|executor)$/;

function problemsOf({ parsed, isTemplate }: RunnerConfig): readonly ConfigProblem[] {
  return configFaults(parsed).filter(
    ({ id, at }) => !(isTemplate && id === 'missing-key' && REGISTERED.test(at)),
  );
}

function unused({ manifest, path }: RunnerConfig): Finding {
  const why = 'no Deployment here mounts it: nothing runs these runners';
  return finding('not-mounted', {
    severity: 'warning',
    at: { manifest, path },
    found: manifest.name,
    why,
    fix: 'mount it, or check the folder of its Deployment too',
  });
}

/** What no single key tells: keys that together make a pod that is refused. */
function refusalFindings({ config: of, index, refusal }: ObservedRunner): Finding[] {
  const { manifest, path } = of;
  const told = problemsOf(of).some(({ severity }) => severity === 'error');
  if (refusal === undefined || told) return [];
  const within = `runners[${index}].kubernetes`;
  const why = 'the executor or the API server refuses every job of this runner';
  return [
    finding('refused-jobs', {
      severity: 'error',
      at: { manifest, path, within },
      found: refusal,
      why,
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
        fix: `add ${key}_overwrite_max_allowed, at least the default`,
      }),
    );
}

function pullFindings({ config: { manifest, path }, index, table }: ObservedRunner): Finding[] {
  const policies = [table.kubernetes.pull_policy ?? []].flat();
  const loose = policies.find((policy) => policy === 'if-not-present' || policy === 'never');
  if (loose === undefined) return [];
  const why =
    'a job can use a private image that a job of another project pulled to the node, without credentials for it';
  const within = `runners[${index}].kubernetes.pull_policy`;
  return [
    finding('shared-images', {
      severity: 'warning',
      at: { manifest, path, within },
      found: loose,
      why,
      fix: 'write "always"',
    }),
  ];
}
