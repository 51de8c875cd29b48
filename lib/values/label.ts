/**
 * Names, labels and annotations as the API server accepts them.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
 */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Whether a text is a DNS label of at most `most` characters: the form of namespaces and most names. */
export function isDnsLabel(text: string, most = 63): boolean {
  return text.length <= most && DNS_LABEL.test(text);
}

/** Whether a text is a DNS name of labels with dots between them. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text);
}

/** The DNS label nearest to a text, of at most `most` characters; empty where the text has no letter and no digit. */
export function asDnsLabel(text: string, most = 63): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, most)
    .replace(/-+$/, '');
}

/** Whether a text is a qualified name, `[prefix/]name`: the form of label and annotation keys. */
export function isQualifiedName(text: string): boolean {
  const parts = text.split('/');
  const name = parts.pop() ?? '';
  const [prefix] = parts;
  const prefixIsValid = prefix === undefined || isDnsSubdomain(prefix);
  return parts.length <= 1 && prefixIsValid && name.length <= 63 && NAME.test(name);
}

/** Whether a text is a label value: empty, or at most 63 letters, digits, dashes, underscores and dots. */
export function isLabelValue(text: string): boolean {
  return text === '' || (text.length <= 63 && NAME.test(text));
}
