import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import { checkov, type Scan, type ScannerFinding, trivy } from '../../tools/engines/scanners';
import { EXAMPLES } from '../../tools/scripts/classes';
import { withFolder } from '../app/temporary-folder';

/** A rule that does not hold for some files, and why it need not. */
interface Exception {
  readonly rule: string;
  /** Names of files; `*` stands for any text. */
  readonly files: string;
  readonly reason: string;
}

const EXCEPTIONS = load(readFileSync('test/e2e/scanner-exceptions.yaml', 'utf8')) as Record<
  'checkov' | 'trivy',
  readonly Exception[] | undefined
>;
const FOLDERS = ['dist', ...EXAMPLES.map((name) => `examples/${name}/dist`)];

function applies({ rule, files }: Exception, finding: ScannerFinding): boolean {
  const pattern = files.split('*').map((part) => part.replace(/\W/g, '\\$&'));
  return rule === finding.rule && new RegExp(`^${pattern.join('.*')}$`).test(basename(finding.file));
}

const WEAK = `apiVersion: apps/v1
kind: Deployment
metadata: { name: weak, namespace: gitlab-runners }
spec:
  selector: { matchLabels: { app: weak } }
  template:
    metadata: { labels: { app: weak } }
    spec:
      containers: [{ name: runner, image: "runner:1", securityContext: { privileged: true } }]
`;

describe.each<['checkov' | 'trivy', (folders: readonly string[]) => Scan, privileged: string]>([
  ['checkov', checkov, 'CKV_K8S_16'],
  ['trivy', trivy, 'KSV-0017'],
])('%s', (name, scan, privileged) => {
  const exceptions = EXCEPTIONS[name] ?? [];
  let found: Scan;
  // The first run builds it.
  beforeAll(() => {
    found = scan(FOLDERS);
  }, 3_600_000);

  test('looks at what is rendered', () => {
    expect(found.passed).toBeGreaterThan(100 * FOLDERS.length);
  });

  test('objects to a manager that is privileged', () => {
    withFolder((folder) => {
      writeFileSync(join(folder, 'deployment.yaml'), WEAK);
      const rules = scan([folder]).findings.map(({ rule }) => rule);
      expect(rules).toContain(privileged);
      expect(exceptions.map(({ rule }) => rule)).not.toContain(privileged);
    });
  });

  test('objects to nothing but what is written down', () => {
    const others = found.findings.filter((finding) => !exceptions.some((one) => applies(one, finding)));
    expect(others).toEqual([]);
  });

  test.each(exceptions)('still objects to $rule in $files, which has its reason', (exception) => {
    expect(exception.reason.length).toBeGreaterThan(40);
    expect(found.findings.filter((finding) => applies(exception, finding))).not.toEqual([]);
  });
});
