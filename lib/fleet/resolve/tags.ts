import type { Arch } from '../props/node-pool';
import type { RunnerCapacity } from '../props/runner';

/** What authors of pipelines call an architecture; GitLab compares tags literally, so each name is a tag. */
const ARCH_TAGS: Record<Arch, readonly string[]> = {
  amd64: ['amd64', 'x86', 'x86-64', 'x86_64'],
  arm64: ['arm64', 'aarch64', 'graviton'],
};

/** Tags of a runner: architecture, capacity, then its own; each once, where it came first. */
export function runnerTags(arch: Arch, capacity: RunnerCapacity, own: readonly string[]): readonly string[] {
  return [...new Set([...(Object.hasOwn(ARCH_TAGS, arch) ? ARCH_TAGS[arch] : []), capacity, ...own])];
}
