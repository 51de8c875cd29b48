import { linearPattern } from '../../values/linear-pattern';
import { type Fields, fieldsOf } from '../../values/record';
import { flagIsOn, POD_SPEC_FLAG } from '../features';
import type { ConfigProblem, ConfigRule } from './problem';

/** Patterns that a job variable must match: the runner looks for them anywhere in the value. */
const PATTERN_KEYS = [
  'namespace_overwrite_allowed',
  'node_selector_overwrite_allowed',
  'node_tolerations_overwrite_allowed',
  'pod_labels_overwrite_allowed',
  'pod_annotations_overwrite_allowed',
  'service_account_overwrite_allowed',
];

/** Pull policies as config.toml spells them. */
export const PULL_POLICIES = ['always', 'if-not-present', 'never'];

/** Values of a `[[runners]]` table that fail later than at start, or that give away more than they say. */
export function valueFaults(runner: Fields, path: string): readonly ConfigProblem[] {
  const kubernetes = fieldsOf(runner.kubernetes);
  return [
    ...tokenFaults(runner, path),
    ...requiredFaults(runner, kubernetes, path),
    ...urlFaults(runner, path),
    ...patternFaults(kubernetes, `${path}.kubernetes`),
    ...pullPolicyFaults(kubernetes, `${path}.kubernetes`),
    ...architectureFaults(kubernetes, `${path}.kubernetes`),
    ...podSpecFaults(runner, kubernetes, `${path}.kubernetes`),
    ...pollFaults(kubernetes, `${path}.kubernetes`),
  ];
}

function tokenFaults(runner: Fields, path: string): ConfigProblem[] {
  const faults: ConfigProblem[] = [];
  if (typeof runner.token === 'string' && !/^\$(\{\w+\}|\w+)$/.test(runner.token)) {
    const why = 'a token in the file is readable by everyone who can read the ConfigMap';
    const fix = 'write "${NAME}" and give the container that variable from a Secret';
    // Someone puts the token into the place of such a word before the runner starts.
    const isPlaceholder = /^[_A-Z<>{}%@$#-]+$/.test(runner.token);
    const fault = error('plain-token', `${path}.token`, 'hidden', why, fix);
    faults.push(isPlaceholder ? { ...fault, severity: 'warning' } : fault);
  }
  faults.push(...cacheKeyFaults(runner, path));
  if (expires(runner)) {
    const why =
      'the runner would rotate the token and fail to write it into a read-only file: the token is lost';
    const found = String(runner.token_expires_at);
    faults.push(error('token-rotation', `${path}.token_expires_at`, found, why, 'remove it'));
  }
  return faults;
}

/** Whether the runner rotates the token: `register` writes the year 1 for one that does not expire. */
function expires({ token_expires_at: date, feature_flags: flags }: Fields): boolean {
  if (typeof date !== 'string' || date === '' || date.startsWith('0001-01-01')) return false;
  return fieldsOf(flags).FF_DISABLE_AUTOMATIC_TOKEN_ROTATION !== true;
}

/** Keys of the cache's storage, which stand for an account. */
const CACHE_KEYS: Readonly<Record<string, { readonly keys: readonly string[]; readonly fix: string }>> = {
  s3: {
    keys: ['AccessKey', 'SecretKey', 'SessionToken'],
    fix: 'write AuthenticationType = "iam" without keys: the manager then takes AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from its environment, for example from a Secret (any S3-compatible server), or the role of its ServiceAccount (Amazon S3)',
  },
  gcs: {
    keys: ['PrivateKey'],
    fix: 'mount the key file from a Secret and name it in CredentialsFile, or leave both out where the pod has an identity of Google Cloud',
  },
  azure: {
    keys: ['AccountKey'],
    fix: 'leave it out: the manager then takes AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET from its environment, or a workload identity',
  },
};

function cacheKeyFaults({ cache }: Fields, path: string): ConfigProblem[] {
  return Object.entries(CACHE_KEYS).flatMap(([storage, { keys, fix }]) => {
    const table = fieldsOf(fieldsOf(cache)[storage]);
    return keys
      .filter((key) => typeof table[key] === 'string' && table[key] !== '' && !/^\$/.test(table[key]))
      .map((key) => {
        const why = 'a key in the file is readable by everyone who can read the ConfigMap, and by every job';
        return error('plain-key', `${path}.cache.${storage}.${key}`, 'hidden', why, fix);
      });
  });
}

/** Without the first ones no job runs; without the others, some do not run where they are meant to. */
type Required = [severity: 'error' | 'warning', key: string, value: unknown, why: string, fix?: string];

function requiredFaults(runner: Fields, kubernetes: Fields, path: string): ConfigProblem[] {
  const required: Required[] = [
    ['error', 'url', runner.url, 'the runner needs the address of GitLab'],
    [
      'error',
      'token',
      runner.token,
      'the runner skips an entry without a token',
      'name a variable of the container that comes from a Secret: token = "${RUNNER_TOKEN}"',
    ],
    ['error', 'executor', runner.executor, 'the runner needs an executor'],
    [
      'warning',
      'kubernetes.namespace',
      kubernetes.namespace_per_job === true ? 'one for each job' : kubernetes.namespace,
      'job pods go to the namespace default',
    ],
    ['warning', 'kubernetes.image', kubernetes.image, 'a job that names no image fails'],
  ];
  const missing = required
    .filter(([, , value]) => value === undefined || value === '')
    .map(
      ([severity, key, , why, fix = 'add it']): ConfigProblem => ({
        id: 'missing-key',
        severity,
        at: `${path}.${key}`,
        found: 'nothing',
        why,
        fix,
      }),
    );
  return missing;
}

/** Whether a text is an address that the runner asks: of HTTP, with a host. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^/\s]/i.test(text);
}

/** The address that was meant by one that `isWebAddress` does not take: its host, asked by HTTPS. */
export function webAddressOf(text: string): string {
  return `https://${text.replace(/^[a-z]*:?\/+/i, '') || 'gitlab.example.com'}`;
}

/** The runner asks GitLab by HTTP alone, and says nothing of another address until it asks. */
function urlFaults({ url }: Fields, path: string): ConfigProblem[] {
  if (typeof url !== 'string' || url === '' || url.includes('$') || isWebAddress(url)) return [];
  const why = 'the runner only speaks http and https: it never reaches GitLab, and takes no job';
  return [error('url', `${path}.url`, url, why, `write "${webAddressOf(url)}"`)];
}

function patternFaults(kubernetes: Fields, path: string): ConfigProblem[] {
  return PATTERN_KEYS.flatMap((key) => {
    const value = kubernetes[key];
    if (typeof value !== 'string' || value === '') return [];
    if (linearPattern(value) === undefined) {
      return [
        error(
          'pattern',
          `${path}.${key}`,
          value,
          'no regular expression: every job fails',
          'fix the pattern',
        ),
      ];
    }
    if (/^(?:\(\?[is]+\))?\^/.test(value) && value.endsWith('$')) return [];
    const why = 'the pattern is looked for anywhere in the value: more is allowed than it says';
    return [
      error('unanchored-pattern', `${path}.${key}`, value, why, `write "^${value.replace(/^\^|\$$/g, '')}$"`),
    ];
  });
}

function pullPolicyFaults(kubernetes: Fields, path: string): ConfigProblem[] {
  const policies = [kubernetes.pull_policy ?? []].flat();
  return policies
    .filter((policy) => !PULL_POLICIES.includes(String(policy)))
    .map((policy) =>
      error(
        'pull-policy',
        `${path}.pull_policy`,
        String(policy),
        'no pull policy: every job fails',
        `write one of ${PULL_POLICIES.join(', ')}`,
      ),
    );
}

function architectureFaults(kubernetes: Fields, path: string): ConfigProblem[] {
  const arch = fieldsOf(kubernetes.node_selector)['kubernetes.io/arch'];
  const flavor = String(kubernetes.helper_image_flavor ?? '');
  const faults: ConfigProblem[] = [];
  if (arch === 'arm64' && flavor.startsWith('ubi-fips')) {
    const why = 'this helper image exists for amd64 only';
    faults.push(
      error('helper-arch', `${path}.helper_image_flavor`, flavor, why, 'write "ubuntu" or "alpine"'),
    );
  }
  if (arch === undefined && JSON.stringify(kubernetes.affinity ?? {}).includes('kubernetes.io/arch')) {
    const why =
      'the helper image follows node_selector alone: with affinity it stays x86_64 and fails on arm64';
    faults.push(
      error(
        'affinity-arch',
        `${path}.affinity`,
        'kubernetes.io/arch',
        why,
        'select the architecture in node_selector',
      ),
    );
  }
  return faults;
}

function podSpecFaults(runner: Fields, kubernetes: Fields, path: string): ConfigProblem[] {
  const patches = Array.isArray(kubernetes.pod_spec) ? kubernetes.pod_spec : [];
  // An entry without either changes nothing, whatever the flag says.
  const count = patches.map(fieldsOf).filter((one) => one.patch || one.patch_path).length;
  const faults: ConfigProblem[] = [];
  if (count > 0 && !flagIsOn(runner, POD_SPEC_FLAG)) {
    const why = 'without its feature flag the patch is ignored silently';
    const fix = 'set feature_flags.FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true';
    const found = count === 1 ? '1 patch' : `${count} patches`;
    faults.push(error('patch-ignored', `${path}.pod_spec`, found, why, fix));
  }
  for (const [index, patch] of patches.entries()) {
    if (!fieldsOf(patch).patch || !fieldsOf(patch).patch_path) continue;
    faults.push(
      error(
        'patch-twice',
        `${path}.pod_spec[${index}]`,
        'patch and patch_path',
        'the runner takes one of them',
        'remove one',
      ),
    );
  }
  return faults;
}

function pollFaults(kubernetes: Fields, path: string): ConfigProblem[] {
  const { poll_timeout: timeout, poll_interval: interval = 3 } = kubernetes;
  if (typeof timeout !== 'number' || typeof interval !== 'number' || timeout <= 0 || timeout >= interval)
    return [];
  const why = `shorter than poll_interval (${interval} s): the runner never looks at a pod`;
  return [
    error(
      'poll-timeout',
      `${path}.poll_timeout`,
      String(timeout),
      why,
      `write seconds, at least ${interval}`,
    ),
  ];
}

function error(id: ConfigRule, at: string, found: string, why: string, fix: string): ConfigProblem {
  return { id, severity: 'error', at, found, why, fix };
}
