import type { ObservedRunner } from '../cluster/observe';
import type { RunnerConfig } from '../cluster/runners';
import type { ConfigFault } from '../gitlab-runner/config/fault';
import { configFaults } from '../gitlab-runner/config/validate';
import type { Check } from './check';
import type { Finding } from './finding';

/** config.toml says what the runner knows, in values that don't fail when a job runs. */
export const config: Check = {
  id: 'config',
  title: 'Every config.toml parses, and holds known keys with values that work when a job runs.',
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
      {
        rule: 'config',
        severity: 'error',
        manifest,
        path,
        found: syntax.reason,
        why,
        fix: 'mend the syntax',
      },
    ];
  }
  return faultsOf(of).map(({ path: within, value, rule: why, fix, severity }) => ({
    rule: 'config',
    severity,
    manifest,
    path,
    within,
    found: value,
    why,
    fix,
  }));
}

/** What registration adds to a template. */
const REGISTERED = /^runners\[\d+\]\.(url|token|executor)$/;

function faultsOf({ parsed, isTemplate }: RunnerConfig): readonly ConfigFault[] {
  return configFaults(parsed).filter(
    ({ kind, path }) => !(isTemplate && kind === 'missing-key' && REGISTERED.test(path)),
  );
}

function unused({ manifest, path }: RunnerConfig): Finding {
  const why = 'no Deployment here mounts it: nothing runs these runners';
  return {
    rule: 'config',
    severity: 'warning',
    manifest,
    path,
    found: manifest.name,
    why,
    fix: 'mount it, or check the folder of its Deployment too',
  };
}

/** What no single key tells: keys that together make a pod that is refused. */
function refusalFindings({ config: of, index, refusal }: ObservedRunner): Finding[] {
  const { manifest, path } = of;
  const told = faultsOf(of).some(({ severity }) => severity === 'error');
  if (refusal === undefined || told) return [];
  const within = `runners[${index}].kubernetes`;
  const why = 'the executor or the API server refuses every job of this runner';
  return [
    {
      rule: 'config',
      severity: 'error',
      manifest,
      path,
      within,
      found: refusal,
      why,
      fix: 'change what it names',
    },
  ];
}

/** Variables that pipelines often set, and that do nothing without a ceiling. */
function ceilingFindings({ config: { manifest, path }, index, table }: ObservedRunner): Finding[] {
  const keys = ['cpu_request', 'memory_request'] as const;
  return keys
    .filter((key) => table.kubernetes[key] !== undefined && !table.kubernetes[`${key}_overwrite_max_allowed`])
    .map((key) => ({
      rule: 'config',
      severity: 'warning' as const,
      manifest,
      path,
      within: `runners[${index}].kubernetes.${key}`,
      found: 'no ceiling',
      why: `KUBERNETES_${key.toUpperCase()} in a pipeline does nothing, and no job says so`,
      fix: `add ${key}_overwrite_max_allowed, at least the default`,
    }));
}

function pullFindings({ config: { manifest, path }, index, table }: ObservedRunner): Finding[] {
  const policies = [table.kubernetes.pull_policy ?? []].flat();
  const loose = policies.find((policy) => policy === 'if-not-present' || policy === 'never');
  if (loose === undefined) return [];
  const why =
    'a job can use a private image that a job of another project pulled to the node, without credentials for it';
  const within = `runners[${index}].kubernetes.pull_policy`;
  return [
    { rule: 'config', severity: 'warning', manifest, path, within, found: loose, why, fix: 'write "always"' },
  ];
}
