import { helperImageTag, managerImageTag } from '../../gitlab-runner/executor/helper-image';
import type { Faults } from '../fault';
import type { NormalRunner } from '../normal-fleet';

const ARCHES = ['amd64', 'arm64'] as const;

/** Reports digests that are not in the form of one, and those of another release than the one that is rendered. */
export function checkImageDigests(
  faults: Faults,
  { arch, imageDigests, imageFlavor, runnerVersion }: NormalRunner,
): void {
  const place = faults.at('imageDigests');
  checkDigest(place, 'manager', imageDigests.manager, managerImageTag(imageFlavor, runnerVersion));
  for (const one of ARCHES) {
    const digest = imageDigests.helper?.[one];
    const tag = helperImageTag(one, imageFlavor, runnerVersion);
    // What all runners inherit names both; of the other architecture only the form matters.
    if (one === arch) checkDigest(place.at('helper'), one, digest, tag);
    else checkForm(place.at('helper'), one, digest, tag);
  }
}

function checkDigest(faults: Faults, field: string, value: unknown, tag: string): void {
  const found = checkForm(faults, field, value, tag);
  if (found === undefined || found === tag) return;
  const rule = `the digest is of ${found}, and runnerVersion and imageFlavor say ${tag}: a digest wins over its tag`;
  faults.add(field, value, rule, `write "${tag}@sha256:..." with the digest of that image`);
}

/** The tag before the digest; undefined where there is none, or it is not one. */
function checkForm(faults: Faults, field: string, value: unknown, tag: string): string | undefined {
  if (value === undefined) return undefined;
  const match = typeof value === 'string' ? /^(\w[\w.-]{0,127})@sha256:[0-9a-f]{64}$/.exec(value) : null;
  if (match) return match[1];
  const rule =
    'a tag and a digest: what is rendered without this option, @ and sha256: with 64 hexadecimal digits';
  faults.add(field, value, rule, `write "${tag}@sha256:..."`);
  return undefined;
}
