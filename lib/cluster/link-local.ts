import { leadsTo, type Way } from './allowed-traffic';

/** An address of the node that hands out credentials to whoever asks. */
export interface CredentialSource {
  readonly address: string;
  readonly name: 'the instance metadata service' | 'the Pod Identity agent';
}

/** What answers at TCP port 80 of these addresses gives away a role in AWS. */
export const CREDENTIAL_SOURCES: readonly CredentialSource[] = [
  { address: '169.254.169.254', name: 'the instance metadata service' },
  { address: 'fd00:ec2::254', name: 'the instance metadata service' },
  { address: '169.254.170.23', name: 'the Pod Identity agent' },
  { address: 'fd00:ec2::23', name: 'the Pod Identity agent' },
];

/** Those of them that some way leads to. */
export function sourcesReached(ways: readonly Way[]): readonly CredentialSource[] {
  return CREDENTIAL_SOURCES.filter(({ address }) => ways.some((way) => leadsTo(way, address, 80)));
}

/** For example `the instance metadata service (169.254.169.254, fd00:ec2::254)`. */
export function formatSources(sources: readonly CredentialSource[]): string {
  const names = [...new Set(sources.map(({ name }) => name))];
  return names
    .map((name) => {
      const addresses = sources.filter((one) => one.name === name).map(({ address }) => address);
      return `${name} (${addresses.join(', ')})`;
    })
    .join(' and ');
}
