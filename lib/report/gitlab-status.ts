import type { UpdateCall } from '../gitlab/calls';
import { type FleetStatus, isAsDescribed } from '../gitlab/drift';
import { visibleJson, visibleTexts } from '../values/visible';

/** How GitLab differs from the description, for people. */
export function printStatus(status: FleetStatus): string {
  const { runners, leftOver } = visibleTexts(status);
  const lines = runners.flatMap(({ name, id, managersOnline, drifts }) => [
    `${name}${id === undefined ? '' : ` (runner ${id})`}: ${drifts.length === 0 ? 'as described' : `${drifts.length} ${drifts.length === 1 ? 'difference' : 'differences'}`}, ${managersOnline} ${managersOnline === 1 ? 'manager' : 'managers'} online`,
    ...drifts.flatMap(({ field, found, wanted, why }) => [
      `  ${field}: ${found}, described: ${wanted}`,
      `    ${why}`,
    ]),
  ]);
  const left = leftOver.map(
    ({ id, description }) =>
      `${description} (runner ${id}): not described. Once its jobs are done, delete it in GitLab; for what it leaves in the cluster, see docs/cleanup.md`,
  );
  const verdict = isAsDescribed(status) ? 'GitLab is as described.' : 'GitLab is not as described.';
  return `${[...lines, ...left, '', verdict].join('\n')}\n`;
}

/** The same for programs. */
export function printStatusJson(status: FleetStatus): string {
  return `${visibleJson(JSON.stringify({ asDescribed: isAsDescribed(status), ...status }, undefined, 2))}\n`;
}

/** Calls of GitLab's API, as a person reads them before they are made. */
export function printCalls(calls: readonly UpdateCall[]): string {
  return visibleTexts(calls)
    .map(({ name, id, body }) => `PUT /runners/${id}  ${JSON.stringify(body)}  (${name})\n`)
    .join('');
}
