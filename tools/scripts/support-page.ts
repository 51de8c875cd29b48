import { readFileSync, writeFileSync } from 'node:fs';
import { ORPHAN_CLEANUP_DEFAULTS } from '../../lib/fleet/defaults';
import { AMI_ALIAS, OLDEST_RUNNER_VERSION, RUNNER_VERSION } from '../../lib/fleet/versions';

/** Writes into docs/support.md what is tested with which release, read off the files that pin the releases. */
export const SUPPORT_PAGE = 'docs/support.md';

const BLOCK = /<!-- support -->\n[\s\S]*?<!-- \/support -->/;

/** A row of the table. */
export interface SupportRow {
  readonly what: string;
  readonly release: string;
  /** How it is used in tests. */
  readonly how: string;
  /** Paths of tests. */
  readonly tests: readonly string[];
}

/**
 * The release that a file pins.
 *
 * @param release what stands around it, with the release as the first group
 * @throws Error if the file no longer says it so
 */
export function pinned(text: string, release: RegExp, file: string): string {
  const found = release.exec(text)?.[1];
  if (found === undefined)
    throw new Error(`${file} has nothing like ${release}: say where the release is now`);
  return found;
}

/** Every row, in the order of the page. @param read the text of a file, by its path from the top */
export function supportRows(read: (path: string) => string): readonly SupportRow[] {
  const from = (file: string, release: RegExp) => pinned(read(file), release, file);
  const engine = (name: string, module: string) =>
    from(
      `tools/engines/go/${name}/go.mod`,
      new RegExp(`^(?:\\t|require )${module.replaceAll('.', '\\.')} v([\\w.-]+)`, 'm'),
    );
  const crds = (repository: string) => from('cdk8s.yaml', new RegExp(`${repository}/v([\\d.]+)/`));
  const recorded = 'test/gitlab-runner/recorded-pods.test.ts';
  return [
    {
      what: 'GitLab Runner',
      release: `${RUNNER_VERSION}, from ${OLDEST_RUNNER_VERSION} on`,
      how: `job pods equal those that were recorded from the executor of ${from(recorded, /executor-pods-([\d.]+)\.json/)}; options by release`,
      tests: [recorded, 'test/fleet/runner-releases.test.ts'],
    },
    {
      what: 'GitLab',
      release: '16 or newer, best of the minor release of its runners',
      how: 'a stand-in answers as the API is documented; no GitLab runs',
      tests: ['test/cli/gitlab.test.ts'],
    },
    {
      what: 'Kubernetes',
      release: engine('kubernetes', 'k8s.io/kubernetes'),
      how: 'a real kube-apiserver, its admission, scheduler and controllers',
      tests: ['test/e2e/apply.test.ts', 'test/e2e/options.test.ts', 'test/e2e/schema.test.ts'],
    },
    {
      what: 'Pod Security',
      release: engine('pod-security', 'k8s.io/pod-security-admission'),
      how: 'its library and the proof judge the same pods',
      tests: ['test/e2e/pod-security.test.ts'],
    },
    {
      what: 'Karpenter',
      release: engine('karpenter', 'github.com/aws/karpenter-provider-aws'),
      how: `the real controller with a simulated EC2; CRDs of ${crds('aws/karpenter-provider-aws')} type what is rendered`,
      tests: ['test/e2e/karpenter.test.ts', 'test/e2e/placement.test.ts', 'test/e2e/node-options.test.ts'],
    },
    {
      what: 'Image of nodes',
      release: AMI_ALIAS,
      how: 'found by the real Karpenter in a simulated EC2; no node boots',
      tests: ['test/e2e/karpenter.test.ts'],
    },
    {
      what: 'EKS Auto Mode',
      release: 'as documented',
      how: 'AWS publishes no controller and no CRD; a definition of our own and rules from the user guide',
      tests: ['test/e2e/auto-mode-schema.test.ts', 'test/e2e/auto-mode-placement.test.ts'],
    },
    {
      what: 'sealed-secrets, kubeseal',
      release: engine('sealed-secrets', 'github.com/bitnami-labs/sealed-secrets'),
      how: `the real controller opens what is sealed here; CRD of ${crds('bitnami-labs/sealed-secrets')}`,
      tests: ['test/e2e/tokens.test.ts'],
    },
    {
      what: 'External Secrets Operator',
      release: crds('external-secrets/external-secrets'),
      how: 'its CRD types what is rendered; the operator does not run',
      tests: ['test/charts/runner-objects.test.ts'],
    },
    {
      what: 'Flux (kustomize-controller)',
      release: engine('flux', 'github.com/fluxcd/kustomize-controller'),
      how: 'the real controller applies the manifests of docs/flux.md',
      tests: ['test/e2e/flux.test.ts'],
    },
    {
      what: 'Argo CD',
      release: engine('argo', 'github.com/argoproj/argo-cd/v3'),
      how: 'the real application controller and repo server apply the Application of docs/argo-cd.md',
      tests: ['test/e2e/argo.test.ts', 'test/e2e/argo-examples.test.ts'],
    },
    {
      what: 'Prometheus',
      // The module of release 3.13.5 is v0.313.5.
      release: engine('prometheus', 'github.com/prometheus/prometheus').replace(
        /^0\.(\d)(\d{2})\./,
        (_, major, minor) => `${major}.${Number(minor)}.`,
      ),
      how: 'the real Prometheus scrapes simulated managers, and fires the alerts of incidents',
      tests: ['test/e2e/incidents.test.ts', 'test/e2e/alert-rules.test.ts'],
    },
    {
      what: 'prometheus-operator',
      release: engine('prometheus-operator', 'github.com/prometheus-operator/prometheus-operator'),
      how: 'the real operator makes the configuration of Prometheus, and its admission webhook judges the rules',
      tests: ['test/e2e/incidents.test.ts'],
    },
    {
      what: 'kube-state-metrics',
      release: 'not run',
      how: 'promtool fires the alerts of job pods with series as it documents them',
      tests: ['test/e2e/alert-rules.test.ts'],
    },
    {
      what: 'Grafana',
      release: 'not run',
      how: 'the model of the dashboard is checked; how it looks is not',
      tests: ['test/monitoring/dashboard.test.ts'],
    },
    {
      what: 'Image of the cleanup of orphaned pods',
      release: ORPHAN_CLEANUP_DEFAULTS.image,
      how: 'its program runs against a real kube-apiserver on the Node that starts the tests; the image is not pulled',
      tests: ['test/e2e/orphan-cleanup.test.ts', 'test/fleet/orphan-cleanup-script.test.ts'],
    },
    {
      what: 'Node.js',
      release: `${from('package.json', /"node": ">=([\d.]+)"/)} or newer`,
      how: `every test runs on the Node that starts it; pipelines that init writes take Node ${from('lib/init/pipeline-files.ts', /const NODE = '(\d+)'/)}`,
      tests: ['test/package.test.ts'],
    },
  ];
}

/** A page with its table made from the rows. */
export function supportPage(page: string, rows: readonly SupportRow[]): string {
  const lines = rows.map(({ what, release, how, tests }) => {
    // Without links: the package has this page, and no tests.
    const names = tests.map((path) => `\`${path.replace('test/', '').replace('.test.ts', '')}\``);
    return `| ${what} | ${release} | ${how} | ${names.join(', ')} |`;
  });
  const table = ['| what | tested release | how | tests |', '| --- | --- | --- | --- |', ...lines];
  return page.replace(BLOCK, () => ['<!-- support -->', ...table, '<!-- /support -->'].join('\n'));
}

if (require.main === module) {
  const read = (path: string) => readFileSync(path, 'utf8');
  writeFileSync(SUPPORT_PAGE, supportPage(read(SUPPORT_PAGE), supportRows(read)));
}
