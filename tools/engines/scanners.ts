import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fieldsOf, listOf, textOf } from '../../lib/values/record';
import { buildGoModule, buildPythonPackages, TRIVY } from './build';

/** What a scanner of manifests objects to. */
export interface ScannerFinding {
  readonly rule: string;
  readonly title: string;
  /** From this folder. */
  readonly file: string;
}

/** What a scanner says of some folders, and how many checks passed there: none means that it did not look. */
export interface Scan {
  readonly findings: readonly ScannerFinding[];
  readonly passed: number;
}

const MOST_BYTES = 256 * 1024 * 1024;

/** Checkov's rules for Kubernetes, without asking its server for anything. */
export function checkov(folders: readonly string[]): Scan {
  const packages = buildPythonPackages('checkov', 'tools/engines/checkov/requirements.txt');
  // Of several folders it prints several documents.
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => join(folder, file)),
  );
  const { stdout, stderr } = spawnSync(
    'python3',
    [
      `${packages}/bin/checkov`,
      ...['--framework', 'kubernetes', '--skip-download', '--quiet', '--output', 'json'],
      ...['--file', ...files],
    ],
    { encoding: 'utf8', env: { ...process.env, PYTHONPATH: packages }, maxBuffer: MOST_BYTES },
  );
  // One report, or a list of those.
  const reports = [parsed(stdout, stderr)].flat().map(fieldsOf);
  const failed = reports.flatMap(({ results }) => listOf(fieldsOf(results).failed_checks).map(fieldsOf));
  return {
    findings: failed.map((one) => ({
      rule: textOf(one.check_id) ?? '',
      title: textOf(one.check_name) ?? '',
      file: relative('.', resolve(textOf(one.file_abs_path) ?? '')),
    })),
    passed: reports.reduce((sum, { summary }) => sum + Number(fieldsOf(summary).passed ?? 0), 0),
  };
}

/** What `trivy config` says of Kubernetes' objects: the checks that are compiled into Trivy. */
export function trivy(folders: readonly string[]): Scan {
  const program = `${buildGoModule(TRIVY)}/trivy`;
  const output = execFileSync(program, [...folders], { encoding: 'utf8', maxBuffer: MOST_BYTES });
  const all = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line): ScannerFinding & { failed: boolean } => JSON.parse(line));
  const failed = all.filter((one) => one.failed);
  return {
    findings: failed.map(({ rule, title, file }) => ({ rule, title, file })),
    passed: all.length - failed.length,
  };
}

function parsed(output: string, errors: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    throw new Error(`The scanner printed no JSON: ${output.slice(0, 300)}${errors.slice(-1000)}`);
  }
}
