import type { UserDataFamily } from './user-data-parts';

/** An HTTP proxy of nodes. */
export interface NodeProxy {
  /** Address with scheme, for example `http://proxy.example.com:3128`; undefined where such requests go directly. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** What is asked directly: hosts, domains with a dot in front, addresses, CIDRs. */
  readonly noProxy: readonly string[];
}

/** First image of AL2023 whose `nodeadm` reads `environment`. */
export const AL2023_WITH_PROXY = 'al2023@v20251120';

/** Whether the image of an alias takes a proxy from its user data, for example `al2023@v20260812` or `bottlerocket@v1.50.0`. */
export function takesProxy(alias: string): boolean {
  if (alias.startsWith('bottlerocket@')) return true;
  // Releases are dates, which compare as texts.
  return /^al2023@v\d{8}$/.test(alias) && alias >= AL2023_WITH_PROXY;
}

/**
 * What every node asks directly: itself, the metadata service, Services of the cluster, and the endpoint of its API server,
 * which nodes know by name.
 */
export const OF_EVERY_NODE: readonly string[] = [
  'localhost',
  '127.0.0.1',
  '169.254.169.254',
  'fd00:ec2::254',
  '.eks.amazonaws.com',
  '.svc',
  '.cluster.local',
];

/**
 * User data of a node behind a proxy: a NodeConfig for AL2023, whose `nodeadm` takes it for itself and for all services before
 * it asks EC2 anything (image v20251120 or newer), and settings for Bottlerocket, which knows a proxy of HTTPS alone. A script
 * that writes drop-ins of systemd would come too late on AL2023: scripts run after `nodeadm` has asked EC2.
 *
 * @see nodeadm/internal/system/environment.go of awslabs/amazon-eks-ami
 * @see https://bottlerocket.dev/en/os/latest/#/api/settings/network/
 */
export function proxyUserData(family: UserDataFamily, proxy: NodeProxy): string {
  const noProxy = [...new Set([...OF_EVERY_NODE, ...proxy.noProxy])];
  return family === 'AL2023' ? nodeConfig(proxy, noProxy) : bottlerocketSettings(proxy, noProxy);
}

function nodeConfig({ http, https }: NodeProxy, noProxy: readonly string[]): string {
  const variables = Object.entries({ HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: noProxy.join(',') });
  return [
    'apiVersion: node.eks.aws/v1alpha1',
    'kind: NodeConfig',
    'spec:',
    '  instance:',
    '    environment:',
    '      default:',
    ...variables.flatMap(([name, value]) =>
      value === undefined ? [] : [`        ${name}: ${JSON.stringify(value)}`],
    ),
    '',
  ].join('\n');
}

function bottlerocketSettings({ http, https }: NodeProxy, noProxy: readonly string[]): string {
  return [
    '[settings.network]',
    ...[https ?? http].flatMap((one) => (one === undefined ? [] : [`https-proxy = ${JSON.stringify(one)}`])),
    `no-proxy = [${noProxy.map((one) => JSON.stringify(one)).join(', ')}]`,
    '',
  ].join('\n');
}
