/** A block of Terraform's language: `resource "helm_release" "runner" { ... }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
}

/** What is between the braces of a block. */
export interface HclBody {
  readonly attributes: ReadonlyMap<string, unknown>;
  readonly blocks: readonly HclBlock[];
}

/** An expression whose result only Terraform knows: a variable, a function, a condition. */
export class HclUnknown {
  constructor(readonly expression: string) {}
}

/** A call of a function with one argument that is read: `yamlencode({ ... })`, `file("values.yaml")`. */
export class HclCall {
  constructor(
    readonly name: string,
    readonly argument: unknown,
  ) {}
}

/** Marks around what a text takes from elsewhere, `${var.name}`: characters that no file has a use for. */
export const OPEN = '\ue000';
export const CLOSE = '\ue001';

/**
 * Reads a file of Terraform as far as it is literal: texts, numbers, lists, tables and heredocs. Anything else is an `HclUnknown`,
 * and within texts it is between `OPEN` and `CLOSE`. What is not Terraform is skipped line by line.
 */
export function parseHcl(text: string): HclBody {
  return new HclReader(text.replace(/\r\n?/g, '\n').replace(/[\ue000\ue001]/g, '')).body();
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const PAIRS: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };
/** Tables, lists and blocks within each other, at most: deeper ones are not read. */
const DEEPEST = 20;
const MOST_UNENDED = 100;
const START = /<<(-?)"?(\w+)"?[^\n]*\n/y;

class HclReader {
  private at = 0;
  private depth = 0;
  /** Heredocs without an end: each is searched for up to the end of the file. */
  private unended = 0;

  constructor(private readonly text: string) {}

  /** Attributes and blocks, up to the brace that closes them or the end. */
  body(): HclBody {
    const attributes = new Map<string, unknown>();
    const blocks: HclBlock[] = [];
    for (this.skip(); this.at < this.text.length && this.text[this.at] !== '}'; this.skip()) {
      const name = this.taken(/[\w-]+/y);
      this.skipBlanks();
      const labels = this.labels();
      if (name !== undefined && labels.length === 0 && this.taken(/=(?![=>])/y))
        attributes.set(name, this.expression('\n'));
      else if (name !== undefined && this.depth < DEEPEST && this.taken(/\{/y))
        blocks.push({ type: name, labels, body: this.blockBody() });
      else this.skipExpression('\n');
    }
    return { attributes, blocks };
  }

  private blockBody(): HclBody {
    this.depth++;
    const body = this.body();
    this.depth--;
    this.taken(/\}/y);
    return body;
  }

  private labels(): readonly string[] {
    const labels: string[] = [];
    for (;;) {
      const label = this.taken(/"[^"\n]*"|[A-Za-z_][\w-]*/y);
      if (label === undefined) return labels;
      labels.push(label.replace(/^"|"$/g, ''));
      this.skipBlanks();
    }
  }

  /** An expression that ends at a line break, or at a comma or a bracket that is not its own. */
  private expression(ends: '\n' | ','): unknown {
    this.skip();
    const start = this.at;
    const value = this.depth < DEEPEST ? this.primary() : undefined;
    this.skipBlanks();
    if (value !== undefined && this.isEnd(ends)) return value;
    this.at = start;
    this.skipExpression(ends);
    return new HclUnknown(this.text.slice(start, this.at).trim());
  }

  private isEnd(ends: '\n' | ','): boolean {
    const next = this.text[this.at] ?? '';
    if (next !== '\n' || ends === '\n') return next === '' || /[\n,)\]}]/.test(next);
    const before = this.at;
    this.skip();
    const isEnd = this.at >= this.text.length || /[,)\]}]/.test(this.text[this.at]);
    this.at = before;
    return isEnd;
  }

  /** Undefined where it is not a literal. */
  private primary(): unknown {
    const next = this.text[this.at];
    if (next === '"') return this.quoted();
    if (next === '[') return this.nested(() => this.list());
    if (next === '{') return this.nested(() => this.table());
    if (this.text.startsWith('<<', this.at)) return this.heredoc();
    const number = this.taken(/-?\d+(?:\.\d+)?(?![\w.])/y);
    if (number !== undefined) return Number(number);
    const word = this.taken(/(?:true|false|null)(?!\w)/y);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    const call = this.taken(/\w+\(/y);
    return call === undefined ? undefined : this.nested(() => this.call(call.slice(0, -1)));
  }

  private nested<T>(read: () => T): T {
    this.depth++;
    const value = read();
    this.depth--;
    return value;
  }

  private call(name: string): HclCall | undefined {
    const argument = this.expression(',');
    this.skip();
    return this.taken(/\)/y) ? new HclCall(name, argument) : undefined;
  }

  private list(): readonly unknown[] | undefined {
    this.at++;
    const items: unknown[] = [];
    for (this.skip(); this.text[this.at] !== ']'; this.skip()) {
      if (this.at >= this.text.length || /for\s/y.test(this.text.slice(this.at, this.at + 4)))
        return undefined;
      items.push(this.expression(','));
      this.skip();
      if (!this.taken(/,/y) && this.text[this.at] !== ']') return undefined;
    }
    this.at++;
    return items;
  }

  private table(): Readonly<Record<string, unknown>> | undefined {
    this.at++;
    const entries: [string, unknown][] = [];
    for (this.skip(); this.text[this.at] !== '}'; this.skip()) {
      const isText = this.text[this.at] === '"';
      const key = isText ? this.quoted() : this.taken(/[\w.-]+/y);
      this.skipBlanks();
      // `for` has neither sign after its first word.
      if (key === undefined || !this.taken(/[=:]/y)) return undefined;
      entries.push([key, this.expression('\n')]);
      this.skipBlanks();
      this.taken(/,/y);
    }
    this.at++;
    return Object.fromEntries(entries);
  }

  /** Undefined where the text does not end on its line. */
  private quoted(): string | undefined {
    let text = '';
    for (this.at++; this.at < this.text.length; ) {
      const next = this.text[this.at];
      if (next === '"') {
        this.at++;
        return text;
      }
      if (next === '\n') return undefined;
      if (next === '\\') text += this.escaped();
      else text += this.part();
    }
    return undefined;
  }

  private escaped(): string {
    const code = this.taken(/\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}/y);
    if (code !== undefined) {
      const point = Number.parseInt(code.slice(2), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '';
    }
    const character = this.text[this.at + 1] ?? '';
    this.at += 2;
    return ESCAPES[character] ?? character;
  }

  /** A character, or what a text takes from elsewhere. */
  private part(): string {
    const doubled = this.taken(/\$\$(?=\{)|%%(?=\{)/y);
    if (doubled !== undefined) {
      this.at++;
      return `${doubled[0]}{`;
    }
    if (!/[$%]\{/y.test(this.text.slice(this.at, this.at + 2))) return this.text[this.at++];
    const start = this.at;
    this.at++;
    this.skipPair();
    return `${OPEN}${this.text.slice(start, this.at)}${CLOSE}`;
  }

  private heredoc(): string | undefined {
    START.lastIndex = this.at;
    const [start, dash, word] = START.exec(this.text) ?? [];
    if (start === undefined || this.unended > MOST_UNENDED) return undefined;
    const from = this.at + start.length;
    const ending = new RegExp(`^[ \\t]*${word}[ \\t]*$`, 'gm');
    ending.lastIndex = from;
    const end = ending.exec(this.text);
    if (end === null) {
      this.unended++;
      return undefined;
    }
    const lines = this.text.slice(from, end.index);
    this.at = end.index + end[0].length;
    const indents = (lines.match(/^[ \t]*(?=\S)/gm) ?? []).map(({ length }) => length);
    const indent = dash === '' ? 0 : indents.reduce((least, one) => Math.min(least, one), 1000);
    const inner = new HclReader(lines.replace(new RegExp(`^[ \\t]{0,${indent}}`, 'gm'), ''));
    let content = '';
    while (inner.at < inner.text.length) content += inner.part();
    return content;
  }

  /** Goes to the end of an expression that is not read. */
  private skipExpression(ends: '\n' | ','): void {
    const start = this.at;
    while (this.at < this.text.length) {
      const next = this.text[this.at];
      if (next === ',' || /[)\]}]/.test(next) || (next === '\n' && ends === '\n')) break;
      this.skipPart();
    }
    // At least one character must be skipped, or the reader never ends.
    if (this.at === start) this.at++;
  }

  /** Goes beyond the bracket that closes the one that stands here. */
  private skipPair(): void {
    const closing: string[] = [];
    do {
      const next = this.text[this.at];
      if (next in PAIRS) closing.push(PAIRS[next]);
      if (next === closing[closing.length - 1]) closing.pop();
      if (next in PAIRS || /[)\]}]/.test(next)) this.at++;
      else this.skipPart();
    } while (closing.length > 0 && this.at < this.text.length);
  }

  private skipPart(): void {
    const next = this.text[this.at];
    const before = this.at;
    if (next in PAIRS) this.skipPair();
    else if (next === '"' && this.depth < DEEPEST) this.nested(() => this.quoted());
    else if (this.text.startsWith('<<', this.at)) this.heredoc();
    else if (this.taken(COMMENT) === undefined) this.at++;
    if (this.at === before) this.at++;
  }

  /** Goes beyond blanks, line breaks and comments. */
  private skip(): void {
    while (this.taken(/\s+/y) !== undefined || this.taken(COMMENT) !== undefined);
  }

  private skipBlanks(): void {
    while (this.taken(/[ \t]+/y) !== undefined || this.taken(COMMENT) !== undefined);
  }

  private taken(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

const COMMENT = /(?:#|\/\/)[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
