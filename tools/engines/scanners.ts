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

/** `trivy config` with the checks that are compiled into it. */
export function trivy(folders: readonly string[]): Scan {
  const program = `${buildGoModule(TRIVY)}/trivy`;
  const scans = folders.map((folder) => {
    const output = execFileSync(
      program,
      [
        'config',
        ...['--misconfig-scanners', 'kubernetes'],
        ...['--skip-check-update', '--skip-version-check', '--disable-telemetry', '--quiet'],
        ...['--cache-dir', 'build/cluster/trivy'],
        ...['--include-non-failures', '--format', 'json', folder],
      ],
      { encoding: 'utf8', maxBuffer: MOST_BYTES, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const results = listOf(fieldsOf(JSON.parse(output)).Results).map(fieldsOf);
    const all = results.flatMap(({ Target, Misconfigurations }) =>
      listOf(Misconfigurations).map((one) => ({ ...fieldsOf(one), file: `${folder}/${Target}` })),
    );
    return all.map(fieldsOf);
  });
  const all = scans.flat();
  const failed = all.filter(({ Status }) => Status === 'FAIL');
  return {
    findings: failed.map(({ ID, Title, file }) => ({
      rule: textOf(ID) ?? '',
      title: textOf(Title) ?? '',
      file: textOf(file) ?? '',
    })),
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
