import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes imports/k8s.ts: of the Kubernetes objects that cdk8s-plus generates, those that charts/ renders. A package that
 * depended on cdk8s-plus-27 would install what cdk8s-plus needs for its own releases, and load 2.5 MB of code at each
 * start; see docs/adr/014-what-the-package-brings.md.
 */
const FILE = 'imports/k8s.ts';
const SOURCE = 'cdk8s-plus-27/lib/imports/k8s';

/** Names that charts use of the module, as `KubeDeployment` or `PodSpec`. */
export function usedNames(sources: readonly string[]): readonly string[] {
  const names = sources.flatMap((text) => [...text.matchAll(/\bk8s\.([A-Z]\w*)/g)].map(([, name]) => name));
  return [...new Set(names)].sort();
}

/** The module with those names and all that they need, out of the code and the declarations of the whole one. */
export function extractModule(code: string, declarations: string, names: readonly string[]): string {
  const parts: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const part = partOf(code, declarations, name);
    if (part === undefined) return;
    parts.push(part);
    for (const [needed] of part.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/\b[A-Z]\w+\b|\btoJson_\w+/g))
      visit(needed);
  };
  for (const name of names) visit(name);
  const head = `// Generated from ${SOURCE} by npm run import:k8s. Edits here are lost.\n/* biome-ignore-all lint: generated */\n`;
  return `${head}\n${parts.join('\n\n')}\n`;
}

/** One exported thing as TypeScript; undefined for what is not the module's. */
function partOf(code: string, declarations: string, name: string): string | undefined {
  if (name.startsWith('Kube') && code.includes(`\nclass ${name} extends `)) return kindPart(code, name);
  if (name.startsWith('toJson_')) return functionPart(code, declarations, name);
  if (code.includes(`\nclass ${name} {`)) return valuePart(declarations, name);
  const enumeration = between(declarations, `\nexport declare enum ${name} {`, '\n}\n');
  if (enumeration !== undefined) return enumeration.trim().replace('declare ', '');
  return between(declarations, `\nexport interface ${name} {`, '\n}\n')?.trim();
}

function kindPart(code: string, name: string): string {
  const versions = between(code, `\n${name}.GVK = {`, '\n};');
  if (versions === undefined) throw new Error(`${name} has no GVK`);
  const [apiVersion, kind] = [/apiVersion: '([^']+)'/, /kind: '([^']+)'/].map(
    (field) => field.exec(versions)?.[1],
  );
  return [
    `/** ${kind} (${apiVersion}). */`,
    `export const ${name} = {`,
    `  manifest: (props: ${name}Props): unknown => ({`,
    `    apiVersion: '${apiVersion}',`,
    `    kind: '${kind}',`,
    `    ...toJson_${name}Props(props),`,
    '  }),',
    '};',
  ].join('\n');
}

function functionPart(code: string, declarations: string, name: string): string {
  const body = between(code, `\nfunction ${name}(obj) {`, '\n}\n');
  const type = new RegExp(`export declare function ${name}\\((.*)\\): (.*);`).exec(declarations);
  if (body === undefined || type === null) throw new Error(`${name} is not in ${SOURCE}`);
  return body
    .trim()
    .replace(`function ${name}(obj) {`, `export function ${name}(${type[1]}): ${type[2]} {`)
    .replace(
      '.reduce((r, i) => (i[1] === undefined)',
      '.reduce((r: Record<string, unknown>, i) => (i[1] === undefined)',
    );
}

/** A class that holds one value: a quantity, or a number or text. */
function valuePart(declarations: string, name: string): string {
  const declared = between(declarations, `\nexport declare class ${name} {`, '\n}\n') ?? '';
  const type = /readonly value: ([^;]+);/.exec(declared)?.[1];
  if (type === undefined) throw new Error(`${name} holds no value`);
  return [
    `export class ${name} {`,
    `  private constructor(readonly value: ${type}) {}`,
    `  static fromString(value: string): ${name} {`,
    `    return new ${name}(value);`,
    '  }',
    `  static fromNumber(value: number): ${name} {`,
    `    return new ${name}(value);`,
    '  }',
    '}',
  ].join('\n');
}

/** The first stretch of a text from one mark to the next of the other, both included; undefined without it. */
function between(text: string, from: string, to: string): string | undefined {
  const start = text.indexOf(from);
  const end = start < 0 ? -1 : text.indexOf(to, start);
  return end < 0 ? undefined : text.slice(start, end + to.length);
}

/** The module as it is to be committed. */
export function currentModule(): string {
  const file = require.resolve(SOURCE);
  const charts = readdirSync('charts').map((name) => readFileSync(join('charts', name), 'utf8'));
  const declarations = readFileSync(join(dirname(file), 'k8s.d.ts'), 'utf8');
  return extractModule(readFileSync(file, 'utf8'), declarations, usedNames(charts));
}

if (require.main === module) writeFileSync(FILE, currentModule());
