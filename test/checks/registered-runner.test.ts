import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { makeReport } from '../../lib/report/report';
import { findingsIn } from './findings';

/** A runner that registers itself when its pod starts, as charts render it: what GitLab is comes from the environment. */
const CHART = `apiVersion: v1
kind: ConfigMap
metadata: { name: runner, namespace: ci }
data:
  entrypoint: |
    exec gitlab-runner register --non-interactive --template-config /configmaps/config.template.toml
  config.toml: |
    concurrent = 10
    shutdown_timeout = 0
  config.template.toml: |
    [[runners]]
      limit = 7
      [runners.kubernetes]
        namespace = "ci-jobs"
        image = "alpine:3.22"
        poll_timeout = 600
        poll_timeot = 9
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: runner, namespace: ci }
spec:
  selector: { matchLabels: { app: runner } }
  template:
    metadata: { labels: { app: runner } }
    spec:
      terminationGracePeriodSeconds: 3600
      containers: [{ name: runner, image: "gitlab/gitlab-runner:alpine-v19.2.0", env: [{ name: CI_SERVER_URL, value: "https://gitlab.example.com" }] }]
      volumes: [{ name: config, configMap: { name: runner } }]
`;

const files = (text: string) => [{ path: 'chart.yaml', text }];

test('what registration adds to a template is not missed; what nobody adds, and a slip, are', () => {
  const within = (text: string) =>
    findingsIn(files(text))
      .filter(({ id }) => id.startsWith('config/'))
      .map((finding) => finding.at.within);
  expect(within(CHART)).toContain('runners[0].kubernetes.poll_timeot');
  expect(within(CHART).filter((key) => /(url|token|executor)$/.test(key ?? ''))).toEqual([]);
  const own = CHART.replaceAll('config.template.toml', 'other.toml');
  expect(within(own)).toEqual(
    expect.arrayContaining(['runners[0].url', 'runners[0].token', 'runners[0].executor']),
  );
});

test('a template has the jobs that the file of the process beside it allows', () => {
  const jobs = (text: string) => {
    const subject = observe(parseManifests(files(text)).manifests);
    return makeReport(undefined, subject, runChecks(subject)).runners.map(({ concurrency }) => concurrency);
  };
  expect(jobs(CHART)).toEqual([7]);
  expect(jobs(CHART.replace('limit = 7', 'limit = 70'))).toEqual([10]);
  expect(jobs(CHART.replace('concurrent = 10', 'concurrent = '))).toEqual([1]);
});
