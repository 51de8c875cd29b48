import type { FileLine } from '../problem';
import { parseQuantity } from '../values/quantity';
import { nearestName } from '../values/suggest';
import type { PipelineJob } from './job';
import type { Offer } from './offer';
import { type PipelineProblem, problem } from './problem';
import { expandKnown, namesVariable } from './variables';

const START = 'KUBERNETES_';
/** Variables by which a job sets amounts, and their keys of config.toml. */
const AMOUNTS: ReadonlyMap<string, string> = new Map(
  ['', 'helper_', 'service_', 'pod_'].flatMap((prefix) =>
    ['cpu', 'memory', ...(prefix === 'pod_' ? [] : ['ephemeral_storage'])].flatMap((resource) =>
      ['request', 'limit'].map((kind): [string, string] => {
        const key = `${prefix}${resource}_${kind}`;
        return [`KUBERNETES_${key.toUpperCase()}`, key];
      }),
    ),
  ),
);
/** Variables of the executor that are whole names, and those that are beginnings, with the keys that allow them. */
const WHOLE: ReadonlyMap<string, string> = new Map([
  ['KUBERNETES_NAMESPACE_OVERWRITE', 'namespace_overwrite_allowed'],
  ['KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', 'service_account_overwrite_allowed'],
  ['KUBERNETES_BEARER_TOKEN', 'bearer_token_overwrite_allowed'],
]);
const OTHERS = [...WHOLE.keys()];
const BEGINNINGS: ReadonlyMap<string, string> = new Map(
  ['node_selector', 'node_tolerations', 'pod_labels', 'pod_annotations'].map((part): [string, string] => [
    `KUBERNETES_${part.toUpperCase()}_`,
    `${part}_overwrite_allowed`,
  ]),
);
const PREFIXES = [...BEGINNINGS.keys()];
/** Variables with the prefix that are not overwrites: of Kubernetes, Auto DevOps and pods. */
const FOREIGN =
  /^KUBERNETES_(PORT|SERVICE_(HOST|PORT)|VERSION|NAMESPACE$|DOMAIN|URL|TOKEN|CA_PEM|CONTEXT|CLUSTER)/;

/** Amounts that a runner refuses or passes over, and names that it does not know. */
export function overwriteProblems(job: PipelineJob, offers: readonly Offer[]): readonly PipelineProblem[] {
  return [...job.variables].flatMap(([name, written]) => {
    const at = job.variablesAt.get(name);
    if (!name.startsWith(START) || at === undefined) return [];
    const key = AMOUNTS.get(name);
    if (key !== undefined) {
      const wanted = expandKnown(written, job.variables).text;
      return offers.flatMap((offer) => {
        const about = { jobs: [job.name], runners: [offer.runner.name] };
        const words = amountProblem({ name, key, wanted }, offer);
        if (words === undefined) return [];
        const { rule, severity, isOpen } = words;
        return [{ ...problem(rule, severity, at, words, about), ...(isOpen && { notProved: true }) }];
      });
    }
    const allowedBy = WHOLE.get(name) ?? BEGINNINGS.get(PREFIXES.find((one) => name.startsWith(one)) ?? '');
    if (allowedBy !== undefined) return ignoredProblems(job, name, at, allowedBy, offers);
    const unknown = nearMiss(name);
    return unknown === undefined
      ? []
      : [
          problem(
            'variable-unknown',
            'warning',
            at,
            {
              found: name,
              why: 'GitLab Runner does not know this variable, and ignores it',
              fix: `write ${unknown}`,
            },
            { jobs: [job.name] },
          ),
        ];
  });
}

/** What a runner without the key that allows it passes over, and says so at its log level debug alone. */
function ignoredProblems(
  job: PipelineJob,
  name: string,
  at: FileLine,
  key: string,
  offers: readonly Offer[],
): readonly PipelineProblem[] {
  return offers.flatMap(({ runner }) => {
    const kubernetes = runner.observed?.runner.table.kubernetes as
      | Readonly<Record<string, unknown>>
      | undefined;
    if (kubernetes === undefined || (kubernetes[key] ?? '') !== '') return [];
    const fix = name.startsWith('KUBERNETES_NODE_')
      ? 'leave it out, and choose the nodes by the tags of the job'
      : `leave it out, or set ${key} of the runner`;
    const words = {
      found: name,
      why: `the runner ({runners}) does not allow it (${key}), and ignores it silently`,
      fix,
    };
    return [problem('overwrite-ignored', 'warning', at, words, { jobs: [job.name], runners: [runner.name] })];
  });
}

/** The name that is meant; undefined for one that is known, and for one that is like none. */
function nearMiss(name: string): string | undefined {
  if (OTHERS.includes(name) || PREFIXES.some((prefix) => name.startsWith(prefix)) || FOREIGN.test(name))
    return undefined;
  const known = [...AMOUNTS.keys(), ...OTHERS];
  // The same words in another order, or one that is cut short, is nearer than what spelling says.
  const words = (text: string) => text.replace('_MEM_', '_MEMORY_').split('_').sort().join('_');
  const same = known.find((one) => words(one) === words(name));
  if (same !== undefined) return same;
  // The beginning that all have in common must not make names alike.
  const nearest = nearestName(
    name.slice(START.length),
    known.map((one) => one.slice(START.length)),
  );
  return nearest === undefined ? undefined : `${START}${nearest}`;
}

interface AmountWords extends Pick<PipelineProblem, 'severity' | 'found' | 'why' | 'fix'> {
  readonly rule: 'over-ceiling' | 'no-ceiling';
  /** Whether a variable that nothing here gives decides. */
  readonly isOpen?: boolean;
}

function amountProblem(
  { name, key, wanted }: { readonly name: string; readonly key: string; readonly wanted: string },
  { runner }: Offer,
): AmountWords | undefined {
  const kubernetes = runner.observed?.runner.table.kubernetes as
    | Readonly<Record<string, unknown>>
    | undefined;
  if (kubernetes === undefined || wanted === '') return undefined;
  const found = `${name}: ${wanted}`;
  const ceiling = kubernetes[`${key}_overwrite_max_allowed`];
  if (typeof ceiling !== 'string' || ceiling === '') {
    const own = kubernetes[key];
    return {
      rule: 'no-ceiling',
      severity: 'warning',
      found,
      why: `the runner ({runners}) has no ceiling for it (${key}_overwrite_max_allowed), and ignores it: ${typeof own === 'string' && own !== '' ? `${own} counts` : 'nothing is set'}`,
      fix: 'leave it out, or give the runner a ceiling',
    };
  }
  if (namesVariable(wanted))
    return {
      rule: 'over-ceiling',
      severity: 'note',
      found,
      why: `the ceiling of the runner ({runners}) is ${ceiling}, and the amount depends on a variable without a known value`,
      fix: 'give the variable: --variable <name>=<value>',
      isOpen: true,
    };
  const [asked, most] = [parseQuantity(wanted), parseQuantity(ceiling)];
  if (asked !== undefined && most !== undefined && asked <= most) return undefined;
  return {
    rule: 'over-ceiling',
    severity: 'error',
    found,
    why:
      asked === undefined
        ? 'it is not a valid quantity, and the runner ({runners}) fails the job'
        : `the ceiling of the runner ({runners}) is ${ceiling}, and a job that asks for more fails`,
    fix:
      asked === undefined
        ? 'write a quantity, for example 500m or 2Gi'
        : `ask for ${ceiling} at most, or raise the ceiling`,
  };
}
