import { at, textOf } from '../values/record';
import type { Manifest } from './manifest';

/** Levels of Pod Security, the one that refuses least first. */
export const LEVELS = ['privileged', 'baseline', 'restricted'] as const;

export type Level = (typeof LEVELS)[number];

export const ENFORCE = 'pod-security.kubernetes.io/enforce';
/** Release of Kubernetes whose idea of the level holds. */
export const ENFORCE_VERSION = 'pod-security.kubernetes.io/enforce-version';
/** The level whose violations the audit log records. */
export const AUDIT = 'pod-security.kubernetes.io/audit';

/** What the label of a Namespace says; undefined without one. */
export function labelledLevel(namespace: Manifest | undefined): string | undefined {
  return textOf(at(namespace?.body, ['metadata', 'labels', ENFORCE]));
}

/**
 * The level that a Namespace enforces; without a label it lets every pod in. So it is taken here with a word that is not a level:
 * the API server refuses that, and what is enforced is what was there before.
 */
export function levelOf(namespace: Manifest | undefined): Level {
  const label = labelledLevel(namespace);
  return LEVELS.find((level) => level === label) ?? 'privileged';
}

/** Whether the first level refuses less than the second. */
export function isLooser(level: Level, than: Level): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(than);
}
