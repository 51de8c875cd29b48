import colors from 'picocolors';
import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { printFindings } from '../../lib/report/findings-text';
import { makeReport } from '../../lib/report/report';
import { CONFIG, JOBS_NAMESPACE } from '../checks/places';
import { type Change, edited, FLEET, parsed } from '../fixtures/files';

function hints(...changes: readonly Change[]): string {
  const subject = observe(parsed(edited(FLEET, ...changes)));
  const report = makeReport(undefined, subject, runChecks(subject));
  return printFindings(report, ['warning', 'note'], colors.createColors(false));
}

test('a hint about a field that is not there says so in its first line, and takes one line less', () => {
  const found = hints(
    ['configmap.yaml', / {4}gitlab-runner-fleet\/runner: .*\n/, ''],
    [JOBS_NAMESPACE, / {4}pod-security\.kubernetes\.io\/enforce: .*\n/, ''],
  );
  expect(found).toMatch(
    /\[guarded\/job-level\] Namespace\/gitlab-jobs {2}metadata\.labels\["pod-security\.kubernetes\.io\/enforce"\] is not set {2}\(\S+namespace-gitlab-jobs\.yaml:\d+\)\n {2}why: /,
  );
});

test('a hint about what is there says what it is', () => {
  expect(hints([CONFIG, 'arm64-v19.3.0', 'arm64-latest'])).toMatch(
    /\[architecture\/helper-latest\] .*helper_image\n {2}found: arm64-latest {2}\(/,
  );
});
