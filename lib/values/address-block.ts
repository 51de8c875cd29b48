import * as ipaddr from 'ipaddr.js';

const FOUR_PARTS = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/;

/** An address, and how many of its first bits count. */
type Block = ReturnType<typeof ipaddr.parseCIDR>;

const blocks = new Map<string, Block | undefined>();

/** A block of addresses as CIDR, read once: policies hold the same few against each other. */
function blockOf(text: string): Block | undefined {
  if (!blocks.has(text)) blocks.set(text, parseBlock(text));
  return blocks.get(text);
}

/** Numbers of an address that begin with 0 are decimal to Kubernetes and octal to others: those are no block to anyone. */
function parseBlock(text: string): Block | undefined {
  if (/(^|\.)0\d/.test(text) || !ipaddr.isValidCIDR(text)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(text);
  // An IPv4 address in the form of IPv6 is that address.
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96)
    return [address.toIPv4Address(), bits - 96];
  return [address, bits];
}

/**
 * Whether a text is an IP address as Kubernetes takes it since 1.36: no zeros in front of a number, and no address of IPv4 in
 * the form of IPv6.
 */
export function isIpAddress(text: string): boolean {
  if (FOUR_PARTS.test(text)) return text.split('.').every((part) => Number(part) <= 255);
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return false;
  return !ipaddr.IPv6.parse(text).isIPv4MappedAddress();
}

/** Whether a text is a block of addresses as Kubernetes takes it since 1.36: its first address, and the length of its prefix. */
export function isIpBlock(text: string): boolean {
  const [address, bits = ''] = text.split('/');
  return isIpAddress(address) && /^(0|[1-9]\d{0,2})$/.test(bits) && isSameAddress(text, strictBlock(text));
}

/** A block in the form that Kubernetes takes: its first address, and one of IPv4 as IPv4; undefined for what is not a block. */
export function strictBlock(text: string): string | undefined {
  const block = blockOf(text);
  if (block === undefined) return undefined;
  const [address, bits] = block;
  const kind = address.kind() === 'ipv6' ? ipaddr.IPv6 : ipaddr.IPv4;
  return `${kind.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`;
}

/** Whether two blocks begin with the same address, however it is written. */
function isSameAddress(one: string, other: string | undefined): boolean {
  if (other === undefined) return false;
  const [first, second] = [one, other].map((block) => ipaddr.parse(block.split('/')[0]).toNormalizedString());
  return first === second;
}

/** Whether a block of addresses holds another one; only the same text does, where one is not a block. */
export function contains(wide: unknown, narrow: unknown): boolean {
  const [outer, inner] = [blockOf(String(wide)), blockOf(String(narrow))];
  if (outer === undefined || inner === undefined) return String(wide) === String(narrow);
  const [[network, bits], [address, length]] = [outer, inner];
  return network.kind() === address.kind() && length >= bits && address.match(network, bits);
}

/** Whether a text is a block of addresses, `10.0.0.0/8` or `fd00::/8`, also one that does not begin with its first address. */
export function isBlock(text: string): boolean {
  return blockOf(text) !== undefined;
}

/** The block of one address; undefined for what is not an address. IPv6 may stand in brackets, as in a URL. */
export function blockOfAddress(text: string): string | undefined {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  const bits = address.includes(':') ? 128 : 32;
  return isBlock(`${address}/${bits}`) ? `${address}/${bits}` : undefined;
}
