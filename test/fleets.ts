import { load as parse } from 'js-yaml';
import { type RenderedFile, renderFleets } from '../lib/app/render';
import { DescriptionError, formatFaults } from '../lib/fleet/fault';
import type { RunnerFleetProps } from '../lib/fleet/props/fleet';
import { resolveFleets } from '../lib/fleet/resolve-fleets';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { CERTIFICATE } from './certificate';
import { fakeCiphertext } from './ciphertext';

/** The fleet of main.ts, as the issue of a first user would have it. */
export const DEFAULT_FLEET: RunnerFleetProps = {
  name: 'production',
  gitlabUrl: 'https://gitlab.com',
  runners: [
    { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
    { name: 'amd64-on-demand', arch: 'amd64', capacity: 'on-demand' },
    { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },
    { name: 'arm64-on-demand', arch: 'arm64', capacity: 'on-demand' },
  ],
};

/** A fleet in which most options say something, next to ones that keep their defaults. */
export const VARIED_FLEET: RunnerFleetProps = {
  name: 'lab',
  clusterName: 'lab-eu',
  gitlabUrl: 'https://gitlab.example.com:8443',
  prefix: 'ci',
  imageRegistry: 'registry.example.com/mirror/gitlab-org/',
  labels: { 'example.com/team': 'platform' },
  network: { jobPorts: [443, 5432], metricsFrom: ['monitoring'] },
  // Releases of its own, and concurrencies below, so that its golden YAML stays when the defaults move.
  runnerDefaults: { runnerVersion: '19.3.0', jobImage: 'public.ecr.aws/docker/library/alpine:3.22' },
  nodeClass: {
    amiAlias: 'al2023@v20260812',
    rootVolume: { size: '200Gi', throughput: 250 },
    tags: { 'cost-center': '4711' },
  },
  nodePools: [
    {
      arch: 'arm64',
      capacity: 'spot',
      zones: ['eu-west-1a', 'eu-west-1b'],
      limits: { cpu: '400', memory: '800Gi' },
      budgets: [{ nodes: '0', reasons: ['Drifted'], schedule: '0 7 * * mon-fri', duration: '10h' }],
      nodeLabels: { 'example.com/tier': 'builds' },
      nodeClass: { amiAlias: 'bottlerocket@v1.50.0', instanceProfile: 'lab-nodes' },
    },
  ],
  runners: [
    {
      name: 'graviton',
      arch: 'arm64',
      capacity: 'spot-first',
      managers: 2,
      concurrency: 100,
      longestJob: '6h',
      tags: ['team-web', 'graviton'],
      cache: { bucket: 'lab-cache', region: 'eu-west-1' },
      build: { memory: { request: '8Gi' } },
    },
    {
      name: 'docker',
      arch: 'amd64',
      capacity: 'on-demand',
      concurrency: 20,
      privileged: true,
      cache: {
        bucket: 'lab-cache',
        region: 'eu-west-1',
        identity: 'irsa',
        roleArn: 'arn:aws:iam::123456789012:role/lab-cache',
      },
      patches: { Deployment: { spec: { template: { spec: { priorityClassName: 'ci-managers' } } } } },
    },
  ],
};

/** A fleet inside of a company: GitLab with a CA of its own, a proxy, a VPC that jobs don't reach, a store with keys. */
export const COMPANY_FLEET: RunnerFleetProps = {
  name: 'company',
  prefix: 'company',
  gitlabUrl: 'https://gitlab.internal.example.com:8443',
  gitlabCa: { pem: CERTIFICATE },
  proxy: { http: 'http://10.20.0.15:3128', noProxy: ['10.0.0.0/8', '.internal.example.com'] },
  network: {
    jobExcept: ['10.0.0.0/8'],
    jobEgress: [
      { cidr: '10.20.1.0/24', except: ['10.20.1.128/25'], ports: [8443, 9000] },
      { namespace: 'registry', podLabels: { app: 'registry' }, ports: [5000] },
    ],
    managerEgress: [{ namespaceLabels: { team: 'observability' }, ports: [8125], protocol: 'UDP' }],
    dnsServers: ['10.0.0.2'],
  },
  existing: ['Secret/company-runners/cache-keys'],
  runnerDefaults: {
    cache: {
      server: 'minio.internal.example.com:9000',
      bucket: 'ci-cache',
      region: 'us-east-1',
      credentialsSecret: 'cache-keys',
    },
    build: { memory: { request: '2Gi', limit: '4Gi', maxRequest: '16Gi', maxLimit: '16Gi' } },
  },
  runners: [
    { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
    { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },
    {
      name: 'releases',
      arch: 'amd64',
      capacity: 'on-demand',
      tags: ['release'],
      exactTags: true,
      cache: {
        bucket: 'release-cache',
        region: 'eu-west-1',
        server: null,
        credentialsSecret: null,
        encryption: 'KMS',
        kmsKeyId: 'alias/release-cache',
      },
    },
  ],
};

/** A manifest as a parser of YAML hands it on. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
export type Manifest = any;

/** One resolved fleet. */
export function resolveOne(
  fleet: RunnerFleetProps,
  sealed: ReadonlyMap<string, string> = new Map(),
): ResolvedFleet {
  return resolveFleets([fleet], sealed)[0];
}

/** What is wrong with a fleet's description: place, rule and fix of each fault. */
export function faultsOf(fleet: RunnerFleetProps): readonly string[] {
  return problemsOf(fleet).map(({ at, why, fix }) => `${at}: ${why}. ${fix}`);
}

/** The same as its owner reads it, with what was found; empty for a valid fleet. */
export function refusalOf(fleet: RunnerFleetProps): string {
  const problems = problemsOf(fleet);
  return problems.length === 0 ? '' : formatFaults(problems);
}

function problemsOf(fleet: RunnerFleetProps): DescriptionError['faults'] {
  try {
    resolveOne(fleet);
    return [];
  } catch (error) {
    if (error instanceof DescriptionError) return error.faults;
    throw error;
  }
}

/** The files of a fleet. */
export function render(
  fleet: RunnerFleetProps,
  sealed: ReadonlyMap<string, string> = new Map(),
): readonly RenderedFile[] {
  return renderFleets([resolveOne(fleet, sealed)]);
}

/** The objects of a fleet, as parsed from its files. */
export function manifests(
  fleet: RunnerFleetProps,
  sealed: ReadonlyMap<string, string> = new Map(),
): Manifest[] {
  return render(fleet, sealed).map(({ text }) => parse(text));
}

/** The one object of a kind and name (and namespace). */
export function find(objects: readonly Manifest[], kind: string, name: string, namespace?: string): Manifest {
  const found = objects.filter(
    (object) =>
      object.kind === kind &&
      object.metadata.name === name &&
      (namespace === undefined || object.metadata.namespace === namespace),
  );
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind}/${name} instead of one`);
  return found[0];
}

/** The sealed tokens of a fleet's runners, as `sealed/` would hold them. */
export function sealedTokens(fleet: RunnerFleetProps): Map<string, string> {
  const namespace = fleet.managerNamespace ?? `${fleet.prefix ?? 'gitlab'}-runners`;
  return new Map(
    fleet.runners.map(({ name }, index) => [
      `sealed/${fleet.name}/${name}.yaml`,
      `namespace: ${namespace}\nname: runner-${name}-token\nscope: strict\nciphertext: ${fakeCiphertext(index + 1)}\n`,
    ]),
  );
}
