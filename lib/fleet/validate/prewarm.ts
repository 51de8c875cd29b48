import { cronFault } from '../../values/cron';
import type { Faults } from '../fault';
import type { NormalRunner } from '../normal-fleet';
import { checkWholeNumber } from './fields';

/** Reports what is wrong with held room, and runners for which pause pods hold none. */
export function checkPrewarm(
  faults: Faults,
  { prewarm, concurrency, managers, devices, resources }: NormalRunner,
): void {
  if (prewarm === undefined) return;
  const place = faults.at('prewarm');
  const most = concurrency * managers;
  checkWholeNumber(place, 'jobs', prewarm.jobs, 1, Number.isInteger(most) && most > 0 ? most : 5000);
  checkHours(place, prewarm.hours);
  if (!isTimeZone(prewarm.timezone)) {
    const rule = 'a name of the time zone database';
    place.add('timezone', prewarm.timezone, rule, 'write it as "Europe/Berlin"');
  }
  if (Object.keys(devices).length > 0) {
    const rule = 'pause pods ask for no devices: they would share one node where each job needs a device';
    faults.add('prewarm', 'set', rule, 'leave it out, or hold the nodes otherwise');
  }
  const { cpu, memory } = resources.build;
  if (cpu.request === undefined && memory.request === undefined) {
    const rule = 'pause pods ask for what the build container asks for: without a request they hold nothing';
    faults.add('prewarm', 'set', rule, 'give build a request of CPU and memory');
  }
}

function checkHours(faults: Faults, hours: unknown): void {
  if (!Array.isArray(hours) || hours.length === 0) {
    faults.add(
      'hours',
      hours,
      'room is held in some hours',
      'write cron lines, for example ["* 7-17 * * mon-fri"]',
    );
    return;
  }
  for (const [index, line] of hours.entries()) {
    const text = String(line);
    const wrong = text.startsWith('@') ? 'a named schedule is one minute' : cronFault(text);
    if (wrong)
      faults.add(`hours[${index}]`, line, wrong, 'write five fields, for example "* 7-17 * * mon-fri"');
    else if (/^\d+ /.test(text)) {
      const rule = 'this matches one minute of an hour: room would come and go every hour';
      faults.add(`hours[${index}]`, line, rule, `write "${text.replace(/^\d+/, '*')}"`);
    }
  }
}

function isTimeZone(name: unknown): boolean {
  if (typeof name !== 'string' || !/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
