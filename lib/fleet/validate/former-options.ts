/** A name that is not an option, which people write because a release or another tool has it. */
export interface FormerOption {
  /** Where it is written: `fleet`, or the path below with positions left out, for example `runners[]`. */
  readonly below: readonly string[];
  readonly name: string;
  /** What to do instead. */
  readonly fix: string;
  /** Release of this package that renamed or removed it. Without one it is a value of GitLab's Helm chart. */
  readonly since?: string;
}

const FLEET = ['fleet'];
const RUNNER = ['runners[]', 'runnerDefaults'];
const ANYWHERE = [...FLEET, ...RUNNER];
const CACHE = ['runners[].cache', 'runnerDefaults.cache'];

/**
 * Options that a release renamed or removed stay here for one minor version at least: add a line with `since`, and the
 * CHANGELOG names the new form. None was so far. The others are values of the chart, see docs/helm.md.
 */
export const FORMER_OPTIONS: readonly FormerOption[] = [
  { below: RUNNER, name: 'concurrent', fix: 'write concurrency' },
  { below: FLEET, name: 'concurrent', fix: 'write concurrency, in runnerDefaults or a runner' },
  { below: RUNNER, name: 'replicas', fix: 'write managers' },
  { below: FLEET, name: 'replicas', fix: 'write managers, in runnerDefaults or a runner' },
  { below: RUNNER, name: 'namespace', fix: 'write jobNamespace' },
  { below: FLEET, name: 'namespace', fix: 'write managerNamespace' },
  {
    below: RUNNER,
    name: 'image',
    fix: 'write jobImage for jobs; runnerVersion and imageFlavor for the manager',
  },
  {
    below: FLEET,
    name: 'image',
    fix: 'write imageRegistry; runnerVersion and imageFlavor are options of a runner',
  },
  { below: ANYWHERE, name: 'runnerToken', fix: 'leave it out and seal the token; see docs/tokens.md' },
  {
    below: ANYWHERE,
    name: 'runnerRegistrationToken',
    fix: 'create the runner in GitLab; see docs/tokens.md',
  },
  {
    below: ANYWHERE,
    name: 'certsSecretName',
    fix: "write gitlabCa: { secret: '...' } for the fleet; see docs/internal-ca.md",
  },
  {
    below: ANYWHERE,
    name: 'terminationGracePeriodSeconds',
    fix: 'write longestJob, or drain, as a duration',
  },
  {
    below: CACHE,
    name: 'secretName',
    fix: 'write credentialsSecret, the name of a Secret with the same keys; see docs/caches.md',
  },
  { below: CACHE, name: 'gcs', fix: 'write config.runner.cache; see docs/caches.md' },
  { below: CACHE, name: 'azure', fix: 'write config.runner.cache; see docs/caches.md' },
  { below: ANYWHERE, name: 'imagePullSecrets', fix: 'see docs/private-registries.md' },
  {
    below: ANYWHERE,
    name: 'envVars',
    fix: 'write proxy for the fleet, or patch the Deployment; see docs/proxy.md',
  },
  {
    below: ANYWHERE,
    name: 'extraEnv',
    fix: 'write proxy for the fleet, or patch the Deployment; see docs/proxy.md',
  },
];

/** How an unknown option is reported, if it is a name that people know from elsewhere. */
export function formerOption(
  path: string,
  options: readonly FormerOption[] = FORMER_OPTIONS,
): { readonly why: string; readonly fix: string } | undefined {
  const steps = path.replace(/\[\d+\]/g, '[]').split('.');
  const name = steps[steps.length - 1];
  const below = steps.slice(0, -1).join('.') || 'fleet';
  const found = options.find((one) => one.name === name && one.below.includes(below));
  if (found === undefined) return undefined;
  const why =
    found.since === undefined
      ? "this is a value of GitLab's Helm chart, not an option here"
      : `this option was renamed or removed in ${found.since}`;
  return { why, fix: found.fix };
}
