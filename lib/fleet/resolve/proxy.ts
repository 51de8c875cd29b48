import { blockOfAddress } from '../../values/address-block';
import { CREDENTIAL_BLOCKS } from '../addresses';
import type { NormalFleet, NormalProxy } from '../normal-fleet';
import type { ResolvedVariable } from '../resolved-fleet';

/** What every pod asks directly: itself, Services of the cluster, and what gives it credentials. */
const CLUSTER_OWN = [
  'localhost',
  '127.0.0.1',
  '::1',
  '.svc',
  '.cluster.local',
  ...CREDENTIAL_BLOCKS.map((block) => block.replace(/\/\d+$/, '')),
];

/** Address of the Kubernetes API in every pod, which the kubelet fills in. */
const KUBERNETES_API = '$(KUBERNETES_SERVICE_HOST)';

/** Variables of managers. Go reads the names in capitals. */
export function managerProxy({ proxy }: NormalFleet): readonly ResolvedVariable[] {
  return proxy === undefined ? [] : variablesOf(proxy, [KUBERNETES_API]);
}

/** Variables of jobs, in capitals and in small letters: curl reads no `HTTP_PROXY`, and others read nothing else. */
export function jobProxy({ proxy }: NormalFleet, own: readonly string[]): readonly string[] {
  if (proxy === undefined) return [];
  return variablesOf(proxy, own).flatMap(({ name, value }) => [
    `${name}=${value}`,
    `${name.toLowerCase()}=${value}`,
  ]);
}

function variablesOf(
  { http, https, noProxy }: NormalProxy,
  own: readonly string[],
): readonly { readonly name: string; readonly value: string }[] {
  return [
    { name: 'HTTP_PROXY', value: http },
    { name: 'HTTPS_PROXY', value: https },
    { name: 'NO_PROXY', value: [...new Set([...CLUSTER_OWN, ...own, ...noProxy])].join(',') },
  ].flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
}

/** An address and a port. */
export interface ProxyPeer {
  /** The block of the address; undefined for a name, which policies don't know. */
  readonly cidr: string | undefined;
  readonly port: number;
}

/** Where the proxies are, each once. */
export function proxyPeers({ proxy }: NormalFleet): readonly ProxyPeer[] {
  if (proxy === undefined) return [];
  const urls = [...new Set([proxy.http, proxy.https])].filter((url) => url !== undefined);
  return urls.map((text) => {
    const url = new URL(text);
    return { cidr: blockOfAddress(url.hostname), port: portOf(url) };
  });
}

/** The port of an address, its scheme's where it names none. */
export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'http:' ? 80 : 443;
}
