import type { Check } from './check';
import { choiceFindings } from './guarded-choices';
import { lateFindings } from './guarded-late';
import { levelFindings } from './guarded-levels';
import { managerNodeFindings } from './guarded-manager-nodes';
import { networkFindings } from './guarded-network';
import { renderedFindings } from './guarded-rendered';
import { roomFindings } from './guarded-room';
import { GUARDED_RULES } from './guarded-rules';

const { finding: _, ...group } = GUARDED_RULES;

/** What keeps jobs and managers in is there, and no variable of a job leads past it. */
export const guarded: Check = {
  ...group,
  run: (subject) => [
    ...levelFindings(subject),
    ...networkFindings(subject),
    ...choiceFindings(subject),
    ...renderedFindings(subject),
    ...lateFindings(subject),
    ...roomFindings(subject),
    ...managerNodeFindings(subject),
  ],
};
