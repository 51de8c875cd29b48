import { registryMirrors } from '../gitlab-runner/config/registry-mirrors';
import { isWebAddress } from '../gitlab-runner/config/values';
import { blockOfAddress, contains } from '../values/address-block';
import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { managerContainer } from './manager-image';
import type { Manifest } from './manifest';
import type { ObservedRunner } from './observe';

/** An address that pods of a runner talk to. */
export interface Destination {
  /** What is there, for example `the proxy`. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  /** Whether it is asked by HTTPS. */
  readonly tls: boolean;
  /** The field that names it. */
  readonly from: { readonly manifest: Manifest; readonly path: FieldPath; readonly within?: string };
}

/** Variables of a pod that name its proxy, and what goes past it. */
type Variables = ReadonlyMap<string, string>;

/** What a manager talks to: its proxy, and GitLab and the like unless they are asked through the proxy. */
export function managerDestinations(
  { config, index, manager, table }: ObservedRunner,
  manifests: readonly Manifest[],
): readonly Destination[] {
  const container = manager && managerContainer(manager, manifests);
  if (manager === undefined || container === undefined) return [];
  const { environment } = container;
  const known = [...environment].flatMap(([name, { value }]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const variables: Variables = new Map(known);
  const proxies = [...environment].flatMap(([name, { value, path }]) =>
    isProxy(name) ? destination('the proxy', value, { manifest: manager, path }) : [],
  );
  const place = (within: string) => ({ manifest: config.manifest, path: config.path, within });
  const metrics = ['referees', 'metrics', 'prometheus_address'];
  const direct = [
    ...gitLab(textOf(table.url), place(`runners[${index}].url`)),
    ...destination('Prometheus', textOf(at(table, metrics)), place(`runners[${index}].${metrics.join('.')}`)),
    ...destination('Sentry', textOf(config.parsed?.sentry_dsn), place('sentry_dsn')),
  ];
  return [...proxies, ...direct.filter((one) => !isProxied(one, variables))];
}

/**
 * What a job of a runner talks to: its proxy, GitLab for the clone, its cache, and the registry mirror of a Docker daemon,
 * unless they are asked through the proxy.
 */
export function jobDestinations({ config, index, table }: ObservedRunner): readonly Destination[] {
  const place = (key: string) => ({
    manifest: config.manifest,
    path: config.path,
    within: `runners[${index}].${key}`,
  });
  const lines = listOf(table.environment).map((line) => /^([^=]+)=(.*)$/s.exec(String(line)));
  const variables: Variables = new Map(lines.flatMap((line) => (line ? [[line[1], line[2]] as const] : [])));
  const proxies = [...variables].flatMap(([name, value]) =>
    isProxy(name) ? destination('the proxy', value, place('environment')) : [],
  );
  const clone = textOf(table.clone_url)
    ? gitLab(textOf(table.clone_url), place('clone_url'))
    : gitLab(textOf(table.url), place('url'));
  const mirrors = registryMirrors(table.kubernetes).flatMap((mirror) =>
    destination('the registry mirror', mirror, place('kubernetes.services')),
  );
  const direct = [...clone, ...cacheDestinations(table, place), ...mirrors];
  return [
    ...proxies,
    ...nameServers(table, place('kubernetes.dns_config.nameservers')),
    ...direct.filter((one) => !isProxied(one, variables)),
  ];
}

/** Who jobs ask for names, where the config says so. */
function nameServers(table: unknown, from: Destination['from']): readonly Destination[] {
  const servers = listOf(at(table, ['kubernetes', 'dns_config', 'nameservers']));
  return servers.flatMap((server): Destination[] => {
    const host = textOf(server) ?? '';
    if (blockOfAddress(host) === undefined) return [];
    return [{ what: 'a DNS server', host, port: 53, protocol: 'UDP', tls: false, from }];
  });
}

/** Servers of a cache, where the runner asks none of Amazon's. */
function cacheDestinations(
  table: unknown,
  place: (key: string) => Destination['from'],
): readonly Destination[] {
  const s3 = fieldsOf(at(table, ['cache', 's3']));
  const server = textOf(s3.ServerAddress);
  if (at(table, ['cache', 'Type']) !== 's3' || !server) return [];
  const scheme = s3.Insecure === true ? 'http' : 'https';
  return destination('the cache', `${scheme}://${server}`, place('cache.s3.ServerAddress'));
}

/** Nothing for an address without a scheme, which the runner does not ask; that of a proxy may lack it. */
function gitLab(text: string | undefined, from: Destination['from']): readonly Destination[] {
  return text !== undefined && isWebAddress(text) ? destination('GitLab', text, from) : [];
}

function isProxy(name: string): boolean {
  return /^https?_proxy$/i.test(name);
}

/** Nothing for what can't be read here: variables, and Services of the cluster, whose pods have other ports than they do. */
function destination(
  what: string,
  text: string | undefined,
  from: Destination['from'],
): readonly Destination[] {
  const full = text && !/^\w+:\/\//.test(text) ? `http://${text}` : text;
  if (!full || full.includes('$') || !URL.canParse(full)) return [];
  const { hostname, port, protocol } = new URL(full);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isOfCluster = !/[.:]/.test(host) || /\.svc(\.|$)|\.cluster\.local$/.test(host);
  if (isOfCluster || !['http:', 'https:'].includes(protocol)) return [];
  const number = port === '' ? { 'http:': 80, 'https:': 443 }[protocol] : Number(port);
  return [{ what, host, port: number ?? 443, protocol: 'TCP', tls: protocol === 'https:', from }];
}

/** Whether a request goes to a proxy instead. */
function isProxied({ host, tls }: Destination, variables: Variables): boolean {
  const has = (name: string) => variables.get(name) ?? variables.get(name.toLowerCase());
  const proxy = has(tls ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  const past = (has('NO_PROXY') ?? '').split(',').map((one) => one.trim());
  return Boolean(proxy) && !past.some((one) => goesPast(host, one));
}

function goesPast(host: string, entry: string): boolean {
  if (entry === '') return false;
  if (entry === '*' || entry === host) return true;
  const block = blockOfAddress(host);
  if (block !== undefined) return entry.includes('/') && contains(entry, block);
  return host.endsWith(`.${entry.replace(/^\*?\./, '')}`);
}
