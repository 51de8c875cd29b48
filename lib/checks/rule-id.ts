/** What groups of rules were called before they held rules of their own; annotations may still say so. */
export const OLD_GROUPS: Readonly<Record<string, string>> = {
  live: 'pools-usable',
  alone: 'isolation',
  apart: 'tiers-separate',
  enough: 'limits-suffice',
};

/** The group of a rule: `pools-usable` of `pools-usable/no-type`. */
export function groupOf(id: string): string {
  return id.split('/')[0];
}

/** Where a rule is explained, from the top of this project. */
export function pageOf(id: string): string {
  const [group, what] = id.split('/');
  return what === undefined ? `docs/checks/${group}.md` : `docs/checks/${group}.md#${what}`;
}

/** A rule or group as annotations name it, which have room for one slash. */
export function silenceName(id: string): string {
  return id.replace('/', '.');
}
