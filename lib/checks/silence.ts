import type { Manifest } from '../cluster/manifest';
import { SILENCE_ANNOTATION } from '../contract';
import { fieldsOf } from '../values/record';
import type { Finding } from './finding';
import { groupOf, OLD_GROUPS, silenceName } from './rule-id';

/** An annotation that still works, under a name that a group of rules no longer has. */
export interface RenamedSilence {
  readonly manifest: Manifest;
  readonly old: string;
  readonly now: string;
}

/**
 * Why a finding is silenced on its object: annotation `gitlab-runner-fleet/silence-<group>.<what>: <reason>` for the rule,
 * `silence-<group>` for all rules of the group. One without a reason does not count.
 */
export function silenceReason({ id, at: { manifest } }: Finding): string | undefined {
  const group = groupOf(id);
  const old = Object.keys(OLD_GROUPS).filter((name) => OLD_GROUPS[name] === group);
  const reasons = [silenceName(id), group, ...old].map((name) => reasonIn(manifest, name));
  return reasons.find((reason) => reason !== undefined);
}

/** Rules of tokens in plain. A warning of them is about a word that something replaces with a token. */
const NEVER_SILENCED: readonly string[] = ['secrets/plain-token', 'config/plain-token'];

/** Whether no annotation and no file silences a finding: a token that anybody can use stays an error. */
export function isNeverSilenced({ id, severity }: Finding): boolean {
  return severity === 'error' && NEVER_SILENCED.includes(id);
}

/** Annotations with a reason that name a group as it was called before. */
export function renamedSilences(manifests: readonly Manifest[]): readonly RenamedSilence[] {
  return manifests.flatMap((manifest) =>
    Object.entries(OLD_GROUPS)
      .filter(([old]) => reasonIn(manifest, old) !== undefined)
      .map(([old, now]) => ({ manifest, old, now })),
  );
}

function reasonIn({ body }: Manifest, name: string): string | undefined {
  const reason = fieldsOf(fieldsOf(body.metadata).annotations)[`${SILENCE_ANNOTATION}${name}`];
  return typeof reason === 'string' && reason.trim() !== '' ? reason.trim() : undefined;
}
