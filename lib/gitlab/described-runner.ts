import { releaseInImage } from '../cluster/manager-image';
import type { ResolvedFleet } from '../fleet/resolved-fleet';

/** A runner on the GitLab server as the description wants it. */
export interface DescribedRunner {
  /** `<fleet>/<runner>`. */
  readonly name: string;
  /** Its id in GitLab; undefined if it is found by its description there. */
  readonly id: number | undefined;
  /** Its description in GitLab: `<fleet>-<runner>`. */
  readonly description: string;
  readonly tags: readonly string[];
  readonly maximumTimeout: number;
  /** Undefined if the description does not set it, so that GitLab decides. */
  readonly runUntagged: boolean | undefined;
  readonly locked: boolean | undefined;
  readonly accessLevel: 'not_protected' | 'ref_protected' | undefined;
  /** Release of its managers; undefined if their image does not name it. */
  readonly release: string | undefined;
  /** System IDs of its managers; undefined for one whose ID changes with each roll-out. */
  readonly systemIds: readonly (string | undefined)[];
}

/** The runners of fleets, in the order of the description. */
export function describedRunners(fleets: readonly ResolvedFleet[]): readonly DescribedRunner[] {
  return fleets.flatMap((fleet) =>
    fleet.runners.map((runner) => {
      const { id, description, maximumTimeoutSeconds, runUntagged, locked, accessLevel, said } =
        runner.gitlab;
      return {
        name: `${fleet.name}/${runner.name}`,
        id,
        description,
        tags: runner.tags,
        maximumTimeout: maximumTimeoutSeconds,
        runUntagged: said.includes('runUntagged') ? runUntagged : undefined,
        locked: said.includes('locked') ? locked : undefined,
        accessLevel: said.includes('protected') ? accessLevel : undefined,
        release: releaseInImage(runner.image),
        systemIds: runner.managers.map(({ systemId, prewarmedJobs }) =>
          prewarmedJobs === undefined ? systemId : undefined,
        ),
      };
    }),
  );
}
