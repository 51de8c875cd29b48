/**
 * A variable that Flux or envsubst fills in before an object is applied, with its default where it has one. Two dollars stand
 * for one.
 */
const VARIABLE = /(?<!\$)\$\{([A-Za-z_]\w*)(?::?[-=]([^{}]*))?\}/g;
/**
 * Other forms, which have no defaults: of envsubst, of Kubernetes, of templates, of a shell that changes what it puts in, of Zarf,
 * and of the words in brackets that people replace by hand.
 */
const OTHER =
  /(?<![\w$])\$(?:\([A-Za-z_]\w*\)|[A-Za-z_]\w*)|\{\{.*?\}\}|(?<!\$)\$\{[A-Za-z_]\w*(?:[\^,#%/]|:[^-=])[^{}]*\}|###[A-Z]\w*###|@@[A-Za-z]\w*@@|<<[A-Za-z][\w.-]*>>|^<[A-Za-z][\w. -]*>$/g;
/** What every such form has. */
const MARK = /\$|\{\{|###|@@|</;

/** Variables of a text without a default: their values exist at run time only. */
export function openVariablesIn(text: string): readonly string[] {
  const plain = [...text.matchAll(VARIABLE)].filter(([, , standard]) => standard === undefined);
  return [...plain, ...text.matchAll(OTHER)].map(([variable]) => variable);
}

/** Variables of a text with a default. */
export function variablesWithDefaultIn(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)]
    .filter(([, , standard]) => standard !== undefined)
    .map(([variable]) => variable);
}

/** Whether something fills in a part of a text, or of a text within a value, before it is applied. */
export function holdsVariable(value: unknown): boolean {
  if (typeof value === 'string')
    return MARK.test(value) && (value.search(VARIABLE) >= 0 || value.search(OTHER) >= 0);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsVariable);
}

/** A value with the defaults of its variables put in; itself where it has none. */
export function withDefaults<T>(value: T): T {
  return (holdsVariable(value) ? filled(value) : value) as T;
}

/** A text with the defaults of its variables, also of those within a default. What is left has none. */
export function filledIn(text: string): string {
  const once = withDefaults(text);
  return once === text || !once.includes('${') ? once : filledIn(once);
}

function filled(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(VARIABLE, (variable, _, standard?: string) => standard ?? variable);
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item)]));
}
