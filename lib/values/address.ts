import * as ipaddr from 'ipaddr.js';

const FOUR_PARTS = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/;

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
  if (!isIpAddress(address) || !/^(0|[1-9]\d{0,2})$/.test(bits) || !ipaddr.isValidCIDR(text)) return false;
  const kind = address.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
  return kind.networkAddressFromCIDR(text).toString() === kind.parse(address).toString();
}
