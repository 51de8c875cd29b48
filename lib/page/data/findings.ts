import type { FieldOfManifest, Finding } from '../../checks/finding';
import { displayName } from '../../cluster/manifest';
import type { Need } from '../../cluster/needs';
import type { Unrendered } from '../../cluster/unrendered';
import { lineOfField } from '../../report/line-of-finding';
import type { Report } from '../../report/report';
import { formatPath } from '../../values/field-path';
import type { PageFinding, PageNeed, PageSilenced } from './page-data';

/** What is wrong, with the lines that `check` names. */
export function findingsOf({ result }: Report): readonly PageFinding[] {
  return result.findings.map((finding: Finding) => {
    const { id, severity, at, also = [], found, why, fix } = finding;
    return {
      rule: id,
      severity,
      ...placeOf(at),
      path: at.within ?? formatPath(at.path),
      found,
      why,
      fix,
      also: also.map(placeOf),
    };
  });
}

export function silencedOf({ result }: Report): readonly PageSilenced[] {
  return result.silenced.map(({ finding, reason }) => ({
    rule: finding.id,
    object: displayName(finding.at.manifest),
    reason,
  }));
}

function placeOf(place: FieldOfManifest): Pick<PageFinding, 'object' | 'file' | 'line'> {
  const { manifest } = place;
  return { object: displayName(manifest), file: manifest.file, line: lineOfField(place) };
}

/** What a cluster needs, what someone else has to make first. */
export function needsOf(needs: readonly Need[], cluster: string): readonly PageNeed[] {
  const rows = needs.map(({ kind, namespace, name, keys, state, askedBy }) => ({
    cluster,
    kind,
    name: namespace === undefined ? name : `${namespace}/${name}`,
    keys,
    state,
    askedBy: askedBy.map(
      ({ manifest, path, within }) => `${displayName(manifest)} ${within ?? formatPath(path)}`,
    ),
  }));
  const isOpen = ({ state }: PageNeed) => state !== 'found';
  return [...rows.filter(isOpen), ...rows.filter((row) => !isOpen(row))];
}

/** What is not rendered, and how `needs` reads it. */
export function unrenderedLines(unrendered: readonly Unrendered[]): readonly string[] {
  return unrendered
    .filter(({ what }) => what !== 'a kustomization')
    .map(
      ({ manifest, what, command }) => `${displayName(manifest)} (${manifest.file}) is ${what}: ${command}`,
    );
}
