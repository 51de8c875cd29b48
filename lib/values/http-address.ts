/** What a resolver can look up, or an address: URL parsers also take `gitlab.${DOMAIN}`. */
const HOST = /^(?:[a-z0-9_](?:[\w-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[\w-]*[a-z0-9_])?)*\.?|\[[0-9a-f:.]+\])$/i;

/** The address of a web server; undefined for a text without the scheme http or https, or whose host is not one. */
export function httpAddress(text: unknown): URL | undefined {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  return url && ['http:', 'https:'].includes(url.protocol) && HOST.test(url.hostname) ? url : undefined;
}
