/**
 * User data of a node that trusts certificates of your own CA, for example those of a registry: a script for AL2023, which runs
 * before `containerd` starts, and settings for Bottlerocket.
 *
 * @param pem certificates in PEM, one after another
 * @see https://bottlerocket.dev/en/os/latest/#/api/settings/pki/
 */
export function certificateUserData(family: 'AL2023' | 'Bottlerocket', pem: string): string {
  const text = `${pem.trim()}\n`;
  if (family === 'Bottlerocket')
    return `[settings.pki.gitlab-ca]\ndata = "${Buffer.from(text).toString('base64')}"\ntrusted = true\n`;
  return [
    '#!/bin/bash',
    "cat > /etc/pki/ca-trust/source/anchors/gitlab-ca.crt <<'CERTIFICATES'",
    `${text}CERTIFICATES`,
    'update-ca-trust',
    '',
  ].join('\n');
}
