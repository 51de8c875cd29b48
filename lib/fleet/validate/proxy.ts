import { isBlock } from '../../values/address-block';
import { httpAddress } from '../../values/http-address';
import type { Faults } from '../fault';
import type { NormalFleet } from '../normal-fleet';

/** Reports what is wrong with the proxy of a fleet. */
export function validateProxy(fleetFaults: Faults, { said: { proxy } }: NormalFleet): void {
  if (proxy === undefined) return;
  const faults = fleetFaults.at('proxy');
  const { http, https, noProxy = [] } = proxy;
  if (http === undefined && https === undefined)
    faults.add('http', undefined, 'a proxy needs an address', 'write "http://proxy.example.com:3128"');
  if (http !== undefined) checkProxyUrl(faults, 'http', http);
  if (https !== undefined) checkProxyUrl(faults, 'https', https);
  for (const [index, one] of noProxy.entries()) checkNoProxy(faults, `noProxy[${index}]`, one);
}

/** Reports an address that is not one of a proxy, or holds more than that. */
export function checkProxyUrl(faults: Faults, field: string, text: unknown): void {
  const url = httpAddress(text);
  const own = url && `${url.protocol}//${url.host}`;
  if (url === undefined) {
    const rule = 'the address of a proxy with its scheme, http or https, and a host';
    // What stands before an @ may be a password.
    const found = String(text).replace(/^(\w+:\/\/)?.*@/, '$1');
    faults.add(field, found, rule, 'write it as "http://proxy.example.com:3128"');
  } else if (url.username !== '' || url.password !== '') {
    const rule = 'the address holds credentials, which would be rendered in plain and shown to every job';
    const fix = `write "${own}", let the proxy know clients by their addresses, and change the password if it was committed`;
    faults.add(field, own, rule, fix);
  } else if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    faults.add(field, text, 'the address of a proxy has no path', `write "${own}"`);
  }
}

/** Reports an entry that proxies' clients don't understand. */
export function checkNoProxy(faults: Faults, field: string, value: unknown): void {
  const text = typeof value === 'string' ? value : '';
  const rule = 'entries are hosts, domains with a dot in front, addresses or CIDRs, one for each element';
  if (/^[\w.:[\]-]+$/.test(text) || isBlock(text)) return;
  if (text === '*') {
    faults.add(field, text, 'that is everything: no request would go to the proxy', 'leave out the proxy');
    return;
  }
  if (/^\*\.[\w.-]+$/.test(text)) faults.add(field, text, rule, `write "${text.slice(1)}"`);
  else if (URL.canParse(text)) faults.add(field, text, rule, `write "${new URL(text).hostname}"`);
  else faults.add(field, value, rule, 'write it as ".example.com" or "10.0.0.0/16"');
}
