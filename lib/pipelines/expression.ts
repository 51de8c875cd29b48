/** The value of a part of an expression; `open` where nothing here says what it is. */
type Value = string | null | RegExp | boolean | typeof OPEN;

const OPEN = Symbol('open');

const TOKEN =
  /\s*(?:(\()|(\))|(&&|\|\|)|(==|!=|=~|!~)|\$(\w+)|"([^"]*)"|'([^']*)'|(null)\b|\/((?:[^/\\]|\\.)+)\/([ismU]*)|(true|false)\b|(\S))/y;

/** Longer than what people write; brackets within brackets are read by calls within calls. */
const LONGEST = 2_000;

interface Token {
  readonly is: 'open' | 'close' | 'join' | 'compare' | 'value';
  readonly text: string;
  readonly value?: Value;
}

/**
 * The value of `rules:if` with the given variables; undefined if it depends on others.
 * @see https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
 */
export function evaluate(text: string, variables: ReadonlyMap<string, string>): boolean | undefined {
  const tokens = text.length > LONGEST ? undefined : tokensOf(text, variables);
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens);
  const value = parser.either();
  return parser.isDone() ? truth(value) : undefined;
}

/**
 * Whether GitLab refuses an expression. It wants known words alone, brackets in pairs, and one value more than operators, in
 * whatever order. Where patterns or inputs are read differently here, nothing is said.
 */
export function isRefused(text: string): boolean {
  if (text.length > LONGEST || text.includes('$[[')) return false;
  const tokens = tokensOf(text, new Map());
  if (tokens === undefined) return !text.includes('/');
  const count = (...kinds: readonly Token['is'][]) => tokens.filter(({ is }) => kinds.includes(is)).length;
  return count('value') !== count('join', 'compare') + 1 || count('open') !== count('close');
}

function tokensOf(text: string, variables: ReadonlyMap<string, string>): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    const token = match === null ? undefined : tokenOf(match, variables);
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

function tokenOf(match: RegExpExecArray, variables: ReadonlyMap<string, string>): Token | undefined {
  const [, open, close, join, compare, name, double, single, nothing, pattern, flags, bool] = match;
  if (open) return { is: 'open', text: open };
  if (close) return { is: 'close', text: close };
  if (join) return { is: 'join', text: join };
  if (compare) return { is: 'compare', text: compare };
  const value = (one: Value): Token => ({ is: 'value', text: match[0], value: one });
  if (name !== undefined) return value(variables.get(name) ?? OPEN);
  if (nothing) return value(null);
  if (pattern !== undefined) return value(compiled(pattern, flags));
  const literal = double ?? single ?? bool;
  return literal === undefined ? undefined : value(literal);
}

/** RE2 and this engine differ in little; what only one of them knows stays open. */
function compiled(pattern: string, flags: string): Value {
  try {
    return new RegExp(pattern, flags.replace(/[mU]/g, ''));
  } catch {
    return OPEN;
  }
}

/** `&&` binds closer than `||`. */
class Parser {
  private next = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  isDone(): boolean {
    return this.next === this.tokens.length;
  }

  either(): Value {
    let value = this.both();
    while (this.takes('join', '||')) {
      const [one, other] = [truth(value), truth(this.both())];
      value = one === true || other === true ? true : one === undefined || other === undefined ? OPEN : false;
    }
    return value;
  }

  private both(): Value {
    let value = this.comparison();
    while (this.takes('join', '&&')) {
      const [one, other] = [truth(value), truth(this.comparison())];
      value =
        one === false || other === false ? false : one === undefined || other === undefined ? OPEN : true;
    }
    return value;
  }

  private comparison(): Value {
    const left = this.operand();
    const token = this.tokens[this.next];
    if (token?.is !== 'compare') return left;
    this.next++;
    return compare(left, token.text, this.operand());
  }

  private operand(): Value {
    const token = this.tokens[this.next++];
    if (token?.is === 'open') {
      const value = this.either();
      if (this.takes('close', ')')) return value;
    }
    if (token?.is === 'value') return token.value ?? null;
    // What can't be read decides nothing.
    this.next = Number.POSITIVE_INFINITY;
    return OPEN;
  }

  private takes(is: Token['is'], text: string): boolean {
    const token = this.tokens[this.next];
    if (token?.is !== is || token.text !== text) return false;
    this.next++;
    return true;
  }
}

function compare(left: Value, operator: string, right: Value): Value {
  if (left === OPEN || right === OPEN) return OPEN;
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const pattern = right instanceof RegExp ? right : typeof right === 'string' ? patternIn(right) : undefined;
  if (pattern === undefined) return OPEN;
  const matches = typeof left === 'string' && pattern.test(left);
  return operator === '=~' ? matches : !matches;
}

/** The pattern of a text between slashes; undefined for another text, and for one that is not a pattern here. */
export function patternIn(text: string): RegExp | undefined {
  const match = /^\/(.*)\/([ismU]*)$/s.exec(text);
  const found = match ? compiled(match[1], match[2]) : undefined;
  return found instanceof RegExp ? found : undefined;
}

/** A variable alone is true where it has a value that is not empty. */
function truth(value: Value): boolean | undefined {
  if (value === OPEN) return undefined;
  if (typeof value === 'boolean') return value;
  return value !== null && value !== '';
}
