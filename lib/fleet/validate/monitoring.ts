import { httpAddress } from '../../values/http-address';
import type { Faults } from '../fault';
import type { NormalFleet } from '../normal-fleet';
import type { NormalMonitoring } from '../normal-monitoring';
import { checkDuration, checkLabels, checkName, checkReservedLabels } from './fields';

/** Reports what is wrong with metrics and alerts. */
export function validateMonitoring(faults: Faults, fleet: NormalFleet): void {
  const { monitoring } = fleet;
  if (monitoring === undefined) return;
  const { interval, labels, prometheusNamespace, queueTime, runbookUrl } = monitoring;
  checkLabels(faults, 'labels', labels);
  checkReservedLabels(faults, 'labels', labels);
  checkPrometheus(faults, prometheusNamespace, fleet);
  checkRange(faults, 'interval', interval, [5, '5s'], [120, '2m']);
  checkRange(faults, 'queueTime', queueTime, [1, '1s'], [3600, '1h']);
  if (runbookUrl !== undefined) checkRunbookUrl(faults, runbookUrl);
  checkDashboard(faults, monitoring);
  if (!monitoring.karpenter || fleet.compute !== 'eks-auto-mode') return;
  const rule = 'EKS Auto Mode publishes no metrics of its Karpenter: alerts on them would never fire';
  faults.add('karpenter', true, rule, 'leave it out');
}

/** Longest name of a folder that the sidecar is given. */
const FOLDER_MOST = 100;

function checkDashboard(
  faults: Faults,
  { dashboard, dashboardFolder, dashboardLabels }: NormalMonitoring,
): void {
  checkLabels(faults, 'dashboardLabels', dashboardLabels);
  checkReservedLabels(faults, 'dashboardLabels', dashboardLabels);
  if (Object.keys(dashboardLabels).length === 0) {
    const rule = 'the sidecar finds a dashboard by its labels: one without any is never shown';
    faults.add('dashboardLabels', {}, rule, 'leave it out, or write dashboard: false');
  }
  if (dashboardFolder === undefined) return;
  const isFolder = typeof dashboardFolder === 'string' && dashboardFolder.trim() !== '';
  if (!isFolder || dashboardFolder.length > FOLDER_MOST) {
    const rule = `the name of a folder, 1 to ${FOLDER_MOST} characters`;
    faults.add('dashboardFolder', dashboardFolder, rule, 'write it as "CI"');
    return;
  }
  // The sidecar makes a path of it, below its own folder unless it leads out of there.
  if (/^[/\\]|\p{Cc}/u.test(dashboardFolder) || dashboardFolder.split(/[/\\]/).includes('..')) {
    const rule = 'a folder of Grafana, on one line: not an absolute path, and not one with ".."';
    faults.add('dashboardFolder', dashboardFolder, rule, 'write it as "CI"');
    return;
  }
  if (dashboard) return;
  const rule = 'there is no dashboard to put there';
  faults.add('dashboardFolder', dashboardFolder, rule, 'leave it out, or take out dashboard: false');
}

/** Somebody has to be let in, or every manager counts as absent. */
function checkPrometheus(
  faults: Faults,
  prometheusNamespace: string | undefined,
  { metricsFrom, metricsFromLabels }: NormalFleet,
): void {
  if (prometheusNamespace !== undefined) checkName(faults, 'prometheusNamespace', prometheusNamespace, 63);
  else if (metricsFrom.length === 0 && metricsFromLabels === undefined) {
    const rule =
      'the network policy of the managers lets nobody read their metrics, and each would count as absent';
    const fix = 'write the namespace of Prometheus, for example "monitoring"';
    faults.add('prometheusNamespace', undefined, rule, fix);
  }
}

type Bound = readonly [seconds: number, text: string];

function checkRange(
  faults: Faults,
  field: string,
  value: unknown,
  [least, leastText]: Bound,
  [most, mostText]: Bound,
): void {
  const seconds = checkDuration(faults, field, value);
  if (seconds === undefined || (seconds >= least && seconds <= most)) return;
  const nearest = seconds < least ? leastText : mostText;
  faults.add(
    field,
    value,
    `a duration from ${leastText} to ${mostText}`,
    `write "${nearest}", or one in between`,
  );
}

function checkRunbookUrl(faults: Faults, text: unknown): void {
  const url = httpAddress(text);
  if (url === undefined) {
    // What stands before an @ may be a password.
    const found = String(text).replace(/^(\w+:\/\/)?.*@/, '$1');
    const rule = 'the address of a page, with its scheme, http or https';
    faults.add('runbookUrl', found, rule, 'write it as "https://wiki.example.com/runners/runbooks"');
  } else if (/[{}]/.test(String(text))) {
    const rule = 'Prometheus reads annotations as templates, and braces begin one';
    faults.add('runbookUrl', text, rule, 'write %7B and %7D for braces, or another address');
  } else if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const rule = 'the address holds a user, a query or a fragment, and the section of the alert follows it';
    faults.add('runbookUrl', `${url.origin}...`, rule, `write "${url.origin}${url.pathname}"`);
  }
}
