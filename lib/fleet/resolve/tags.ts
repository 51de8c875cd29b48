import type { NormalRunner } from '../normal-fleet';
import type { Arch } from '../props/node-pool';

/** What authors of pipelines call an architecture; GitLab compares tags literally, so each name is a tag. */
const ARCH_TAGS: Record<Arch, readonly string[]> = {
  amd64: ['amd64', 'x86', 'x86-64', 'x86_64'],
  arm64: ['arm64', 'aarch64', 'graviton'],
};

/** Tags of a runner: architecture and capacity unless it has its own alone, then its own; each once, where it came first. */
export function runnerTags({ arch, capacity, exactTags, tags }: NormalRunner): readonly string[] {
  return [...new Set([...(exactTags ? [] : [...ARCH_TAGS[arch], capacity]), ...tags])];
}
