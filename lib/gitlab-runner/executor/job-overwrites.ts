import { linearPattern } from '../../values/linear-pattern';
import type { KubernetesTable } from '../config/toml';
import { JOB_NAME, Refusal } from './job';
import { isOpen, type Variable, valueOfVariable } from './job-variables';

export interface JobToleration {
  readonly key?: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect?: string;
}

type OverwrittenMap = 'node_selector' | 'node_tolerations' | 'pod_labels' | 'pod_annotations';

/** Keys of the runner's own labels, which neither config nor job may set. */
const OWN_LABEL = /(^|[./])runner\.gitlab\.com(\/|$)/;

/** What variables change, as far as the patterns of the config let them. */
export function overwrites(kubernetes: KubernetesTable, variables: readonly Variable[]) {
  const map = (name: OverwrittenMap) => overwrittenMap(kubernetes, name, variables);
  const text = (name: 'namespace' | 'service_account') => {
    const allowed = kubernetes[`${name}_overwrite_allowed`];
    const wanted = valueOfVariable(variables, `KUBERNETES_${name.toUpperCase()}_OVERWRITE`);
    if (!allowed || !wanted) return kubernetes[name] || 'default';
    checkPattern(allowed, wanted);
    return wanted;
  };
  return {
    namespace: kubernetes.namespace_per_job ? 'ci-job-<id>' : text('namespace'),
    serviceAccountName: text('service_account'),
    labels: {
      pod: JOB_NAME,
      ...Object.fromEntries(Object.entries(map('pod_labels')).filter(([key]) => !OWN_LABEL.test(key))),
    },
    annotations: map('pod_annotations'),
    nodeSelector: map('node_selector'),
    tolerations: Object.entries(map('node_tolerations')).map(toToleration),
  };
}

function overwrittenMap(
  kubernetes: KubernetesTable,
  name: OverwrittenMap,
  variables: readonly Variable[],
): Record<string, string> {
  const values = new Map(Object.entries(kubernetes[name] ?? {}));
  const allowed = kubernetes[`${name}_overwrite_allowed`];
  const prefix = `KUBERNETES_${name.toUpperCase()}_`;
  // A toleration is written key=value:effect, where the key of the map is key=value.
  const separator = name === 'node_tolerations' ? ':' : '=';
  for (const [variable, text] of variables) {
    if (!allowed || !variable.startsWith(prefix)) continue;
    if (!isOpen(text)) checkPattern(allowed, text);
    const [key, ...rest] = text.split(separator);
    if (rest.length === 0 && separator === '=')
      throw new Refusal('script_failure', `"${text}" does not match "k=v"`);
    values.set(key, rest.join(separator));
  }
  return Object.fromEntries(values);
}

/** The runner looks for the pattern anywhere in the value. */
function checkPattern(pattern: string, value: string): void {
  const compiled = linearPattern(pattern);
  if (compiled === undefined)
    throw new Refusal('script_failure', `"${pattern}" is not a valid regular expression`);
  if (!compiled.test(value)) throw new Refusal('script_failure', `"${value}" does not match "${pattern}"`);
}

function toToleration([taint, effect]: [string, string]): JobToleration {
  const [key, ...value] = taint.split('=');
  return {
    ...(key && { key }),
    ...(value.length > 0
      ? { operator: 'Equal' as const, value: value.join('=') }
      : { operator: 'Exists' as const }),
    ...(effect && { effect }),
  };
}
