import type { Ci } from './project';

/** Where a remote is, of the forms that Git takes: `https://host/path`, `ssh://git@host/path`, `git@host:path`. */
export interface GitAddress {
  readonly host: string;
  /** The address without credentials, as Flux and Argo CD take it. */
  readonly url: string;
}

/** The parts of the address of a remote; undefined for a folder or another form. */
export function parseGitAddress(remote: string): GitAddress | undefined {
  const short = /^(?:([\w.-]+)@)?([\w.-]+):(?!\/\/)\/?(.+)$/.exec(remote);
  const text =
    short && !remote.includes('://') ? `ssh://${short[1] ?? 'git'}@${short[2]}/${short[3]}` : remote;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!['http:', 'https:', 'ssh:'].includes(url.protocol) || url.hostname === '') return undefined;
  url.password = '';
  // The user of an ssh address is part of it; that of an https address is half of a credential.
  if (url.protocol !== 'ssh:') url.username = '';
  return { host: url.hostname, url: url.href };
}

/** Whether two addresses are of one repository, by whatever protocol; an address that is none of the known forms may be any. */
export function sameRepository(one: string, other: string): boolean {
  const [place, otherPlace] = [one, other].map((address) => {
    const url = parseGitAddress(address)?.url;
    if (url === undefined) return undefined;
    const { hostname, pathname } = new URL(url);
    return `${hostname}${pathname.replace(/(\.git)?\/?$/, '')}`.toLowerCase();
  });
  return place === undefined || otherPlace === undefined || place === otherPlace;
}

/** The pipelines that a host runs, by its name; undefined where that does not say. */
export function ciOfHost(host: string): Ci | undefined {
  const parts = host.toLowerCase().split('.');
  if (parts.includes('gitlab')) return 'gitlab';
  return parts.includes('github') ? 'github' : undefined;
}
