import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import colors from 'picocolors';
import { runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { readFolder } from '../../lib/cluster/read-folder';
import { printFindings } from '../../lib/report/findings-text';
import { makeReport, type Report } from '../../lib/report/report';
import { printText } from '../../lib/report/text';

/** Writes what the proof says of `dist/` into README.md: its table, and an error where a limit is too small. */
export const README = 'README.md';

const PLAIN = colors.createColors(false);

/** The pool whose limit is lowered for the error. */
const POOL = 'dist/production/karpenter/nodepool-gitlab-jobs-arm64-spot.yaml';

/** A page with the table and the error between their markers. */
export function proofPage(page: string): string {
  const files = readFolder('dist').map(({ path, text }) => ({ path: relative('.', resolve(path)), text }));
  const [table] = printText([reportOf(files)], PLAIN).split('\n\n');
  const error = printFindings(reportOf(files.map(lowered)), ['error'], PLAIN);
  return withBlock(withBlock(page, 'proof', table), 'error', error);
}

function reportOf(files: readonly SourceFile[]): Report {
  const subject = observe(parseManifests(files).manifests);
  return makeReport(undefined, subject, runChecks(subject));
}

function lowered({ path, text }: SourceFile): SourceFile {
  return { path, text: path === POOL ? text.replace(/^( {4}cpu: ).*$/m, '$1"10"') : text };
}

function withBlock(page: string, name: string, text: string): string {
  const block = new RegExp(`<!-- ${name} -->\\n[\\s\\S]*?<!-- /${name} -->`);
  return page.replace(block, () => `<!-- ${name} -->\n\`\`\`\n${text.trim()}\n\`\`\`\n<!-- /${name} -->`);
}

if (require.main === module) writeFileSync(README, proofPage(readFileSync(README, 'utf8')));
