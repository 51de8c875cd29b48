import type { RunnerTable } from '../config/toml';
import { Refusal } from './job';
import { isWindows, WINDOWS_BUILD, windowsRelease } from './job-system';

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
 * Tag of `gitlab-runner-helper` for Windows: `x86_64-v19.3.0-servercore24H2`. Only 24H2 has an image for arm64.
 *
 * @param release release of Windows
 * @param version as for `helperImageTag`
 * @see gitlab-runner 19.4 helpers/container/helperimage/windows_info.go
 */
export function windowsHelperTag(arch: string, release: string, version: string): string {
  const own = ARCH_IN_TAG[arch] ?? arch;
  const name = own === 'arm64' && release === '24H2' ? own : 'x86_64';
  return `${name}-${version === 'latest' ? version : `v${version}`}-servercore${release}`;
}

/**
 * The helper image that the executor takes: `helper_image` as it is, or the tag of the architecture that
 * `node_selector` names. Affinity doesn't count, and without a selector it is amd64.
 *
 * @throws Refusal for a build of Windows that has none
 * @param selector `node_selector` with what the job changed of it
 * @param release release of the manager, `latest` for one that isn't a release
 */
export function executorHelperImage(
  { kubernetes, shell }: RunnerTable,
  selector: Readonly<Record<string, string>>,
  release: string,
): string {
  const arch = selector['kubernetes.io/arch'] || 'amd64';
  // It looks for the image of Windows even where the config names one.
  const own = isWindows(selector) ? windowsTag(arch, selector, release) : undefined;
  if (kubernetes.helper_image) return kubernetes.helper_image;
  const suffix = shell === 'pwsh' ? '-pwsh' : '';
  const tag = own ?? `${helperImageTag(arch, kubernetes.helper_image_flavor || 'alpine', release)}${suffix}`;
  return `registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:${tag}`;
}

function windowsTag(arch: string, selector: Readonly<Record<string, string>>, version: string): string {
  const release = windowsRelease(selector);
  if (release !== undefined) return windowsHelperTag(arch, release, version);
  const found = selector[WINDOWS_BUILD] ?? 'none';
  throw new Refusal('runner_system_failure', `no helper image for this build of Windows: ${found}`);
}

/** Helpers as GitLab publishes them; each release has its own. */
const OF_GITLAB =
  /^(?:registry\.gitlab\.com\/gitlab-org\/(?:gitlab-runner|ci-cd\/gitlab-runner-ubi-images)|(?:docker\.io\/)?gitlab)\/gitlab-runner-helper(?:-ocp)?[:@]/;

/** Whether an image is a helper of GitLab's own registries, whatever its release. */
export function isHelperOfGitlab(image: string): boolean {
  return OF_GITLAB.test(image);
}
