import { at, type Fields, listOf, textOf } from '../../values/record';
import type { KubernetesTable } from '../config/toml';
import { Refusal } from './job';

/**
 * Refuses a pod that takes no name servers of the cluster and names none.
 *
 * @param pod with what patches say of DNS, and nothing else of it
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go, validatePodDNSConfig
 */
export function checkDns({ dns_policy, dns_config }: KubernetesTable, pod: Fields): void {
  const policy = textOf(pod.dnsPolicy) ?? (dns_policy === 'none' ? 'None' : dns_policy);
  const servers = [...listOf(dns_config?.nameservers), ...listOf(at(pod.dnsConfig, ['nameservers']))];
  if (policy !== 'None' || servers.length > 0) return;
  const message =
    'dns_policy is "none" and dns_config has no nameservers: the API server refuses the pod. Write nameservers, or leave dns_policy out';
  throw new Refusal('runner_system_failure', message);
}
