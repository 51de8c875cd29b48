import { certificateUserData } from '../../lib/karpenter/certificate-user-data';
import { parseToml } from '../../lib/values/toml';
import { CERTIFICATE } from '../certificate';

test('a node of AL2023 adds the certificates to what it trusts', () => {
  const script = certificateUserData('AL2023', CERTIFICATE);
  expect(script.startsWith('#!/bin/bash\n')).toBe(true);
  expect(script).toContain(`<<'CERTIFICATES'\n${CERTIFICATE}CERTIFICATES\nupdate-ca-trust\n`);
});

test('a node of Bottlerocket has them in its settings', () => {
  const { settings } = parseToml(certificateUserData('Bottlerocket', CERTIFICATE)) as {
    settings: { pki: Record<string, { data: string; trusted: boolean }> };
  };
  const { data, trusted } = settings.pki['gitlab-ca'];
  expect([Buffer.from(data, 'base64').toString(), trusted]).toEqual([CERTIFICATE, true]);
});
