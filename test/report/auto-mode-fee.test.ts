import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { diffCluster } from '../../lib/diff/all';
import { fleetOfSubject } from '../../lib/pipelines/fleet';
import { judgePipeline } from '../../lib/pipelines/judge-pipeline';
import { planBursts } from '../../lib/plan/burst';
import { printDiffText } from '../../lib/report/diff-text';
import { printMermaid } from '../../lib/report/mermaid';
import { printPipelinesText } from '../../lib/report/pipelines-text';
import { printPlans } from '../../lib/report/plan-text';
import { makeReport } from '../../lib/report/report';
import { printText } from '../../lib/report/text';
import { AUTO_MODE_FLEET } from '../fixtures/auto-mode';
import { FLEET, parsed } from '../fixtures/files';
import { pipelineOf } from '../pipelines/project';

const same = (text: string) => text;
const PLAIN = { bold: same, dim: same, red: same, yellow: same, green: same };
const FEE = /include EKS Auto Mode's fee \(its shares since 2026-07-01\), which Spot does not lower/;
const reportOf = (files: typeof FLEET) => {
  const subject = observe(parsed(files));
  return makeReport(undefined, subject, runChecks(subject));
};

test('a report says that prices include the fee, and how much of each is the fee', () => {
  const text = printText([reportOf(AUTO_MODE_FLEET)], PLAIN);
  expect(text).toMatch(FEE);
  expect(text).toMatch(/acme-arm64-spot: USD 0\.000\d\d of 0\.00\d{3} a minute$/m);
  expect(printText([reportOf(FLEET)], PLAIN)).not.toMatch(/fee/);
});

test('a picture says it too', () => {
  expect(printMermaid([reportOf(AUTO_MODE_FLEET)])).toContain("on demand<br>with EKS Auto Mode's fee");
  expect(printMermaid([reportOf(FLEET)])).not.toContain('fee');
});

test('a plan says what of an hour is the fee', () => {
  const question = { jobs: 20, minutes: 5, requestSeconds: 0.5 };
  const plansOf = (files: typeof FLEET) => printPlans(planBursts(observe(parsed(files)), question));
  expect(plansOf(AUTO_MODE_FLEET)).toMatch(
    /USD \d\.\d\d an hour on demand with EKS Auto Mode's fee of 0\.\d\d, which Spot does not lower, 24 vCPUs/,
  );
  expect(plansOf(FLEET)).not.toMatch(/fee/);
});

test('pipelines say it below the prices of jobs', () => {
  const text = 'a: { script: x, tags: [x86_64, on-demand] }\n';
  const printed = (files: typeof FLEET) => {
    const fleet = fleetOfSubject(observe(parsed(files)));
    return printPipelinesText([judgePipeline(pipelineOf(text), fleet, {})], PLAIN);
  };
  expect(printed(AUTO_MODE_FLEET)).toMatch(FEE);
  expect(printed(FLEET)).not.toMatch(/fee/);
});

test('a diff says it below the prices of runners', () => {
  const text = printDiffText([diffCluster(parsed(FLEET), parsed(AUTO_MODE_FLEET))], PLAIN);
  expect(text).toMatch(FEE);
});
