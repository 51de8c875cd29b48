import type { RunnerTable } from '../config/toml';

/** Base of the published images. */
export type ImageFlavor = 'alpine' | 'ubuntu' | 'ubi-fips';

/** CPU architecture as the tags of helper images spell it. */
const ARCH_IN_TAG: Record<string, string> = {
  amd64: 'x86_64',
  aarch64: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
};

/**
 * Flavors published for an architecture, undefined for an architecture that isn't known.
 * @see gitlab-runner 19.3 docs/install/support-policy.md
 */
export function imageFlavorsOf(arch: string): readonly ImageFlavor[] | undefined {
  if (arch === 'amd64') return ['alpine', 'ubuntu', 'ubi-fips'];
  return arch === 'arm64' ? ['alpine', 'ubuntu'] : undefined;
}

/** Tag of `gitlab-runner`, the manager's image, which holds all architectures: `alpine-v19.3.0`. */
export function managerImageTag(flavor: ImageFlavor, version: string): string {
  return `${flavor}-v${version}`;
}

/**
 * Tag of `gitlab-runner-helper`, which holds one architecture: `arm64-v19.3.0`, `ubuntu-arm64-v19.3.0`.
 *
 * @param flavor alpine stands for the tag without a prefix, as it does for the runner; others are written as they are
 * @param version a release, or `latest`, which a runner takes that isn't one itself
 * @see gitlab-runner 19.3 helpers/container/helperimage
 */
export function helperImageTag(arch: string, flavor: string, version: string): string {
  const prefix = flavor === 'alpine' ? '' : `${flavor}-`;
  return `${prefix}${ARCH_IN_TAG[arch] ?? arch}-${version === 'latest' ? version : `v${version}`}`;
}

/**
 * The helper image that the executor takes: `helper_image` as it is, or the tag of the architecture that
 * `node_selector` names. Affinity doesn't count, and without a selector it is amd64.
 *
 * @param selector `node_selector` with what the job changed of it
 * @param release release of the manager, `latest` for one that isn't a release
 */
export function executorHelperImage(
  { kubernetes, shell }: RunnerTable,
  selector: Readonly<Record<string, string>>,
  release: string,
): string {
  if (kubernetes.helper_image) return kubernetes.helper_image;
  const flavor = kubernetes.helper_image_flavor || 'alpine';
  const tag = helperImageTag(selector['kubernetes.io/arch'] || 'amd64', flavor, release);
  const suffix = shell === 'pwsh' ? '-pwsh' : '';
  return `registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:${tag}${suffix}`;
}
