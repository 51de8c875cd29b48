import { configFaults } from '../runner/config-faults';
import type { Check } from './check';
import type { Finding } from './finding';
import type { RunnerConfig } from './runners';

/** config.toml says what the runner knows, in values that don't fail when a job runs. */
export const config: Check = {
  id: 'config',
  title: 'Every config.toml parses, and holds known keys with values that work when a job runs.',
  run: ({ configs, runners }) => [
    ...configs.flatMap(configFindings),
    ...configs
      .filter((one) => one.parsed && !runners.some((runner) => runner.config === one && runner.manager))
      .map(unused),
  ],
};

function configFindings(of: RunnerConfig): Finding[] {
  const { manifest, path, parsed, syntax } = of;
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
  return configFaults(parsed).map(({ path: within, value, rule: why, fix, severity }) => ({
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
