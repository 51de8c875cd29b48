/** A container image reference, `[registry/]path[:tag][@digest]`. */
export interface ImageReference {
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const HOST = String.raw`(?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+(?::\d+)?|[a-zA-Z0-9-]+:\d+|localhost)`;
const COMPONENT = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
const SHAPE = new RegExp(
  String.raw`^(?<path>(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
);

const FLOATING = new Set(
  'latest stable edge nightly bleeding canary rolling head main master dev lts current'.split(' '),
);

/** Reads an image reference, or returns undefined where a registry client would refuse it. */
export function parseImage(text: string): ImageReference | undefined {
  const match = SHAPE.exec(text);
  if (!match?.groups) return undefined;
  const { path, tag, digest } = match.groups;
  return { path, tag, digest };
}

/**
 * Path and tag of any text that names an image, also one that no registry client would take: `${REGISTRY}/gitlab-runner:v19.3.0`.
 * A digest is neither.
 */
export function looseImage(text: string): Pick<ImageReference, 'path' | 'tag'> {
  const [, path, tag] = /^(.*?)(?::([\w.-]+))?(?:@.*)?$/s.exec(text) ?? [];
  return { path: path ?? '', tag };
}

/** Whether the reference means another image tomorrow: no digest, and no tag or one like `latest`. */
export function isFloating(image: ImageReference): boolean {
  if (image.digest) return false;
  const words = image.tag?.split('-') ?? ['latest'];
  return words.some((word) => FLOATING.has(word));
}
