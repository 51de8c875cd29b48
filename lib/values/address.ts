import * as ipaddr from 'ipaddr.js';

const FOUR_PARTS = /^\d{1,10}(\.\d{1,10}){3}$/;

/** Whether a text is an IP address, also one with leading zeros, which API servers still take in fields that are old. */
export function isIpAddress(text: string): boolean {
  if (FOUR_PARTS.test(text)) return text.split('.').every((part) => Number(part) <= 255);
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text);
}
