import type { UserDataFamily } from './user-data-parts';

/** Mirrors of a registry that containerd asks before the registry itself. */
export interface RegistryMirror {
  /** As images name it, for example `docker.io`. */
  readonly registry: string;
  readonly endpoint: readonly string[];
}

/**
 * User data of a node with mirrors. On AL2023 `nodeadm` tells containerd to look for a `hosts.toml` below
 * /etc/containerd/certs.d at each pull; the script that writes them runs before the kubelet starts. Bottlerocket has a setting.
 *
 * @see nodeadm/internal/containerd/config.template.toml of awslabs/amazon-eks-ami
 * @see https://bottlerocket.dev/en/os/latest/#/api/settings/container-registry/
 */
export function mirrorUserData(family: UserDataFamily, mirrors: readonly RegistryMirror[]): string {
  return family === 'Bottlerocket' ? mirrors.map(setting).join('\n') : script(mirrors);
}

function setting({ registry, endpoint }: RegistryMirror): string {
  return [
    '[[settings.container-registry.mirrors]]',
    `registry = ${JSON.stringify(registry)}`,
    `endpoint = [${endpoint.map((one) => JSON.stringify(one)).join(', ')}]`,
    '',
  ].join('\n');
}

function script(mirrors: readonly RegistryMirror[]): string {
  return ['#!/bin/bash', 'set -euo pipefail', ...mirrors.map(hostsFile), ''].join('\n');
}

function hostsFile({ registry, endpoint }: RegistryMirror): string {
  const folder = `/etc/containerd/certs.d/${registry}`;
  const server = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  return [
    `mkdir -p '${folder}'`,
    `cat > '${folder}/hosts.toml' <<'EOF'`,
    `server = "https://${server}"`,
    ...endpoint.flatMap(host),
    'EOF',
  ].join('\n');
}

/** Containerd appends /v2 to an address without `override_path`. */
function host(address: string): string[] {
  const hasPath = new URL(address).pathname !== '/';
  return [
    '',
    `[host."${address}"]`,
    'capabilities = ["pull", "resolve"]',
    ...(hasPath ? ['override_path = true'] : []),
  ];
}
