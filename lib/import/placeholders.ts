import { isSecret } from '../sealed-secrets/secret-value';
import { type Fields, isTable } from '../values/record';
import type { Draft } from './draft';

/** A part of a text that something else fills in: Flux, Helm, Terraform, envsubst, or a person. */
const PLACEHOLDER = /\$\{[^{}]+\}|\{\{.*?\}\}|\$\([^()]+\)|%[A-Za-z_]\w{2,}%|<[^<>]+>/s;

/** The first placeholder in a text: `${DOMAIN}`, `{{ domain }}`, `$(DOMAIN)`, `%DOMAIN%` or `<domain>`. */
export function placeholderIn(text: string): string | undefined {
  return PLACEHOLDER.exec(text)?.[0];
}

/** Scripts and patterns use these characters themselves; tokens and keys are never carried over. */
const NOT_READ =
  /(?:_script|_overwrite_allowed|[Tt]oken|(?:Access|Secret|Account|Private)Key|^runners\.config|^preEntrypointScript)$/;
/** Keys whose variables the runner fills in for each job. */
const FILLED_FOR_JOBS =
  /^(?:environment|kubernetes\.(?:image|helper_image|services|pod_labels|pod_annotations|node_selector|volumes))\b/;
/** Variables whose variables Kubernetes fills in. */
const FILLED_BY_KUBERNETES = /^(?:envVars|extraEnv)\b/;

/**
 * Reports each text of a source with a placeholder: nothing fills it in the rendered YAML, neither Helm nor Flux, which is kept
 * from it. One that the description has now keeps the import from being complete.
 */
export function sayPlaceholders(source: Fields, draft: Draft): void {
  for (const [path, text] of textsIn(source, '')) {
    const found = placeholderIn(text);
    if (found === undefined || isFilled(path, text, found)) continue;
    if (FILLED_FOR_JOBS.test(path)) {
      const why = `${found} is rendered as it is: unless it is a variable of jobs, write its value`;
      draft.say('decide', path, why);
    } else if (isCarried(found, draft))
      draft.say('refused', path, `nothing fills in ${found}: write its value in the description`);
    else if (!draft.lines.some(({ from, kind }) => kind !== 'option' && path.startsWith(from)))
      draft.say('decide', path, `nothing fills in ${found}: check what the description has instead`);
  }
}

function isFilled(path: string, text: string, found: string): boolean {
  if (NOT_READ.test(path) || isSecret(path.split('.').pop() ?? '', text)) return true;
  if (FILLED_FOR_JOBS.test(path)) return /^\$[{(]CI_/.test(found);
  return FILLED_BY_KUBERNETES.test(path) && found.startsWith('$(');
}

function isCarried(found: string, { runner, fleet }: Draft): boolean {
  return textsIn({ runner, fleet }, '').some(([, text]) => text.includes(found));
}

function textsIn(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, `${path}[${index}]`));
  if (!isTable(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, path === '' ? key : `${path}.${key}`));
}
