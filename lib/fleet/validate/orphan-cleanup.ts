import { cronFault, cronMinutesPerYear } from '../../values/cron';
import type { Faults } from '../fault';
import { ORPHAN_CLEANUP } from '../names';
import type { NormalFleet } from '../normal-fleet';
import { checkDuration, checkImage } from './fields';
import { checkPullSecrets } from './pod-fields';

/** Seconds below which a pod that has just ended could be taken for one that was left behind, and a day. */
const LEAST_GRACE = 60;
const MOST_GRACE = 86_400;

/** Reports what is wrong with the deletion of orphaned job pods. */
export function validateOrphanCleanup(faults: Faults, fleet: NormalFleet): void {
  const { managerServiceAccount, orphanCleanup: cleanup } = fleet;
  if (cleanup === undefined) return;
  const place = faults.at('orphanCleanup');
  checkSchedule(place, cleanup.schedule);
  checkGrace(place, cleanup.grace);
  checkImage(place, 'image', cleanup.image);
  checkPullSecrets(place, cleanup.imagePullSecrets);
  if (managerServiceAccount === ORPHAN_CLEANUP) {
    const rule = 'this is the name of the ServiceAccount that deletes orphaned job pods';
    faults.add('managerServiceAccount', managerServiceAccount, rule, 'write "runner-managers"');
  }
}

function checkSchedule(faults: Faults, schedule: unknown): void {
  const text = String(schedule);
  const fault = typeof schedule === 'string' ? cronFault(text) : 'a cron line is a text';
  if (fault !== undefined) {
    faults.add('schedule', schedule, fault, 'write five fields, for example "7,37 * * * *"');
    return;
  }
  if (text.startsWith('@') || cronMinutesPerYear([text]) > 0) return;
  const rule = 'no ordinary year has a day on which it runs';
  faults.add('schedule', schedule, rule, 'write days that every year has, for example "7,37 * * * *"');
}

function checkGrace(faults: Faults, grace: unknown): void {
  const seconds = checkDuration(faults, 'grace', grace);
  if (seconds === undefined || (seconds >= LEAST_GRACE && seconds <= MOST_GRACE)) return;
  const rule = 'from 1m to 24h: a manager needs a moment to delete the pod of a job that has just ended';
  faults.add('grace', grace, rule, 'write "10m", or leave it out');
}
