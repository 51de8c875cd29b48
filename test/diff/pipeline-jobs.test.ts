import { observe } from '../../lib/cluster/observe';
import { pipelineJobImpacts } from '../../lib/diff/pipeline-jobs';
import { fleetOfSubject } from '../../lib/pipelines/fleet';
import { edited, FLEET, parsed } from '../fixtures/files';
import { pipelineOf } from '../pipelines/project';

const before = fleetOfSubject(observe(parsed(FLEET)));
const lowered = edited(FLEET, [
  'amd64-spot/configmap.yaml',
  'cpu_request_overwrite_max_allowed = "4"',
  'cpu_request_overwrite_max_allowed = "2"',
]);
const after = fleetOfSubject(observe(parsed(lowered)));

const job = (name: string, cpu: string) =>
  `${name}: { script: x, tags: [amd64, spot], variables: { KUBERNETES_CPU_REQUEST: "${cpu}" } }\n`;

test('a ceiling that is lowered names the jobs that ask for more, with the first reason', () => {
  const pipeline = pipelineOf(
    job('small', '2') + job('large', '4') + job('larger', '3') + job('broken', '9'),
  );
  const [impact, ...others] = pipelineJobImpacts([pipeline], before, after);
  expect(others).toEqual([]);
  expect(impact).toMatchObject({
    id: 'pipeline-jobs',
    weight: 'notice',
    object: '.gitlab-ci.yml',
    what: 'The jobs large, larger fail on every runner that takes them.',
  });
  expect(impact.why).toMatch(
    /^large: KUBERNETES_CPU_REQUEST: 4; the ceiling of the runner \(acme-amd64-spot\) is 2/,
  );
});

test('the same fleet does nothing to any job', () => {
  expect(pipelineJobImpacts([pipelineOf(job('small', '2'))], before, before)).toEqual([]);
});
