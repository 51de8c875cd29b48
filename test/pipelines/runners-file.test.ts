import { judgePipeline } from '../../lib/pipelines/judge-pipeline';
import { readRunners } from '../../lib/pipelines/runners-file';
import { suggestionFor } from '../../lib/pipelines/suggest';
import { pipelineOf } from './project';

const read = (text: string) => readRunners({ path: 'runners.yaml', text });

test('a file of runners is in the words of GitLab’s API, with what jobs run on added', () => {
  const { runners, problems } = read(`
runners:
  - name: small
    tag_list: [linux, small]
    maximum_timeout: 3600
    arch: amd64
    spot: true
    usd_per_minute: 0.0011
  - description: deploy
    tag_list: [deploy]
    access_level: ref_protected
    run_untagged: true
  - { name: off, tag_list: [linux], paused: true }
`);
  expect(problems).toEqual([]);
  expect(runners).toMatchObject([
    {
      name: 'small',
      tags: ['linux', 'small'],
      isProtected: false,
      takesUntagged: false,
      maximumTimeoutSeconds: 3600,
      said: { arch: 'amd64', spot: true, usdPerMinute: 0.0011 },
    },
    { name: 'deploy', isProtected: true, takesUntagged: true, maximumTimeoutSeconds: undefined },
  ]);
});

test('one runner as the API answers it is a file, too', () => {
  const answer = {
    id: 6,
    description: 'one',
    tag_list: ['ruby'],
    run_untagged: false,
    maximum_timeout: null,
    online: true,
  };
  expect(read(JSON.stringify(answer)).runners).toMatchObject([{ name: 'one', tags: ['ruby'] }]);
});

test.each([
  ['', 'no runner'],
  ['text', 'no runner'],
  ['- { name: a, tags_list: [b] }', 'tags_list: list'],
  ['- { name: a, run_untagged: maybe }', 'run_untagged: maybe'],
  ['- { name: a, maximum_timeout: soon }', 'maximum_timeout: soon'],
  ['- { name: a, usd_per_minute: cheap }', 'usd_per_minute: cheap'],
  ['- { name: a', expect.any(String)],
])('%s is refused', (text, found) => {
  expect(read(text).problems.map((one) => one.found)).toEqual([found]);
});

test('a suggestion for a job without tags is no runner of a purpose of its own, however cheap that is', () => {
  const { runners } = read(`
- { name: cpp, tag_list: [cpp], arch: amd64, spot: false, usd_per_minute: 0.0001 }
- { name: amd64, tag_list: [amd64, on-demand], arch: amd64, spot: false, usd_per_minute: 0.002 }
`);
  const report = judgePipeline(pipelineOf('a: { script: x }\n'), runners);
  expect(suggestionFor(report).defaultTags?.tags).toEqual(['amd64']);
  expect(report.problems[0].fix).toMatch(/^write tags, for example \[amd64\]/);
});

test('a suggestion has tags that only the meant runner has, and the retry where that is on Spot', () => {
  const { runners } = read(`
- { name: amd64-spot, tag_list: [amd64, spot], arch: amd64, spot: true, usd_per_minute: 0.001 }
- { name: amd64, tag_list: [amd64, on-demand], arch: amd64, spot: false, usd_per_minute: 0.002 }
- { name: arm64, tag_list: [arm64, on-demand], arch: arm64, spot: false, usd_per_minute: 0.0005 }
`);
  const report = judgePipeline(
    pipelineOf(
      'a: { script: x, tags: [ARM64] }\nb: { script: x }\nc: { script: x, tags: [amd64, on-demand] }\n',
    ),
    runners,
  );
  const { defaultTags, jobs, retry } = suggestionFor(report);
  expect(jobs.map(({ job, tags, line }) => [job, tags, line])).toEqual([['a', ['arm64'], 1]]);
  expect(defaultTags?.tags).toEqual(['spot']);
  expect(retry).toEqual(['runner_system_failure', 'stuck_or_timeout_failure']);
});
