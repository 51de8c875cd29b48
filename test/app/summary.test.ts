import { summarize } from '../../lib/app/summary';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveOne } from '../fleets';

const FLEET: RunnerFleetProps = {
  name: 'production',
  tokens: { from: 'existing-secret' },
  monitoring: { prometheusNamespace: 'monitoring' },
  runners: [{ name: 'amd64', arch: 'amd64', capacity: 'spot-first' }],
};

const same = (text: string) => text;
const PLAIN = { bold: same, dim: same, red: same, yellow: same, green: same };

describe('the folder of metrics and alerts', () => {
  const NOTE =
    /^dist\/production\/monitoring\/ is new, and Flux or Argo CD apply it by a unit of its own: see/m;
  const said = (added: readonly string[], fleet = FLEET) =>
    summarize(
      'dist',
      [resolveOne(fleet)],
      [],
      { added, changed: [], removed: [], unchanged: 20, foreign: [], repairs: [] },
      PLAIN,
    );

  test('is said to need a unit when it is rendered for the first time', () => {
    expect(said(['production/monitoring/podmonitor-gitlab-runner-managers.yaml'])).toMatch(NOTE);
  });

  test('is not spoken of again, whatever is added', () => {
    expect(said([])).not.toMatch(NOTE);
    expect(said(['production/monitoring/prometheusrule-runner-other.yaml'])).not.toMatch(NOTE);
    expect(said(['production/runners/amd64/deployment.yaml'])).not.toMatch(NOTE);
  });
});
