import { httpAddress } from '../../values/http-address';
import type { Faults } from '../fault';

/** A private registry of ECR. It requires a password that changes every few hours. */
const ECR = /^\d{12}\.dkr[.-]ecr[.-]/;

/** What differs between mirrors of nodes and of Docker daemons. */
export interface MirrorRules {
  /** The form of an address. */
  readonly form: string;
  readonly password: { readonly rule: string; readonly fix: string };
  readonly ecr: { readonly rule: string; readonly fix: (host: string) => string };
}

/** The address of a mirror; undefined after a report of what no mirror has: no scheme, a password, or a host of ECR. */
export function mirrorAddress(
  faults: Faults,
  field: string,
  address: unknown,
  rules: MirrorRules,
): URL | undefined {
  const url = httpAddress(address);
  if (url === undefined) {
    const [, host = 'mirror.example.com'] =
      /^(?:\w+:\/+)?([\w-]+(?:(?:\.[\w-]+)+(?::\d{1,5})?|:\d{1,5}))/.exec(String(address)) ?? [];
    faults.add(field, address, rules.form, `write "https://${host}"`);
    return undefined;
  }
  if (url.username || url.password) {
    faults.add(field, `${url.protocol}//...@${url.host}`, rules.password.rule, rules.password.fix);
    return undefined;
  }
  if (!ECR.test(url.host)) return url;
  faults.add(field, address, rules.ecr.rule, rules.ecr.fix(url.host));
  return undefined;
}
