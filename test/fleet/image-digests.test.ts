import type { DescriptionError } from '../../lib/fleet/fault';
import type { RunnerFleetProps, RunnerProps } from '../../lib/index';
import type { Project } from '../../lib/init/project';
import { renovateFile } from '../../lib/init/repository-files';
import { DEFAULT_FLEET, find, manifests, resolveOne } from '../fleets';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const RUNNER: RunnerProps = { name: 'a', arch: 'arm64', capacity: 'spot', runnerVersion: '19.3.0' };
const fleetOf = (change: Partial<RunnerProps>, more: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  ...DEFAULT_FLEET,
  ...more,
  runners: [{ ...RUNNER, ...change }],
});

function refusal(fleet: RunnerFleetProps): string {
  try {
    resolveOne(fleet);
    return 'not refused';
  } catch (error) {
    return (error as DescriptionError).message;
  }
}

test('images of manager, helper and job are pinned by digest', () => {
  const fleet = fleetOf({
    imageDigests: { manager: `alpine-v19.3.0@${DIGEST}`, helper: { arm64: `arm64-v19.3.0@${DIGEST}` } },
    jobImage: `alpine:3.22@${DIGEST}`,
  });
  const [container] = find(manifests(fleet), 'Deployment', 'runner-a').spec.template.spec.containers;
  expect(container.image).toBe(`registry.gitlab.com/gitlab-org/gitlab-runner:alpine-v19.3.0@${DIGEST}`);
  const [{ config }] = resolveOne(fleet).runners[0].managers;
  expect(config.runners[0].kubernetes).toMatchObject({
    image: `alpine:3.22@${DIGEST}`,
    helper_image: `registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:arm64-v19.3.0@${DIGEST}`,
  });
});

test.each<[string, Partial<RunnerProps>, RegExp]>([
  [
    'of another release, which wins over the tag',
    { runnerVersion: '19.4.0', imageDigests: { manager: `alpine-v19.3.0@${DIGEST}` } },
    /imageDigests > manager: [\s\S]*the digest is of alpine-v19\.3\.0, and runnerVersion and imageFlavor say alpine-v19\.4\.0/,
  ],
  [
    'of another flavor',
    { imageFlavor: 'ubuntu', imageDigests: { helper: { arm64: `arm64-v19.3.0@${DIGEST}` } } },
    /helper > arm64: [\s\S]*say ubuntu-arm64-v19\.3\.0/,
  ],
  ['without its tag', { imageDigests: { manager: DIGEST } }, /write "alpine-v19\.3\.0@sha256:\.\.\."/],
  ['that is cut', { imageDigests: { manager: 'alpine-v19.3.0@sha256:0123' } }, /64 hexadecimal digits/],
  [
    'of the other architecture that is not one',
    { imageDigests: { helper: { amd64: 'x' } } },
    /helper > amd64: "x"/,
  ],
])('a digest %s is refused', (_, change, says) => {
  expect(refusal(fleetOf(change))).toMatch(says);
});

test('a digest that all runners inherit is refused for the one with a release of its own', () => {
  const runnerDefaults = { imageDigests: { manager: `alpine-v19.3.0@${DIGEST}` } };
  expect(refusal(fleetOf({}, { runnerDefaults }))).toBe('not refused');
  expect(refusal(fleetOf({ runnerVersion: '19.4.0' }, { runnerDefaults }))).toContain(
    'imageDigests > manager',
  );
});

test.each<[string, RunnerFleetProps, RegExp]>([
  ['no tag at all', fleetOf({ exactTags: true }), /exactTags: true[\s\S]*a runner without tags takes no job/],
  ['half a service', fleetOf({ maxServices: 1.5 }), /maxServices: 1\.5[\s\S]*from 0 to 50/],
  [
    'a quota below its jobs',
    fleetOf({}, { jobNamespaces: { quotaFactor: 0.5 } }),
    /quotaFactor: 0\.5[\s\S]*from 1 to 10/,
  ],
])('%s is refused', (_, fleet, says) => {
  expect(refusal(fleet)).toMatch(says);
});

test('a runner without tags that takes untagged jobs is one', () => {
  const [{ tags, gitlab }] = resolveOne(fleetOf({ exactTags: true, runUntagged: true })).runners;
  expect([tags, gitlab.runUntagged]).toEqual([[], true]);
});

const PROJECT: Project = {
  name: 'a',
  compute: 'karpenter',
  gitlabUrl: 'https://gitlab.com',
  folder: '',
  gitops: 'none',
  gitRepository: 'flux-system',
  ci: 'none',
  stage: 'test',
  packageReference: '1.0.0',
  versions: {},
};

test('Renovate, as init sets it up, finds the release and every image by digest in main.ts', () => {
  const { text: renovate } = renovateFile(PROJECT);
  const main = `runnerVersion: '19.3.0', jobImage: 'registry.example.com:5000/a/b:3.22@${DIGEST}',
    imageDigests: { manager: 'ubuntu-v19.3.0@${DIGEST}', helper: { amd64: 'ubuntu-x86_64-v19.3.0@${DIGEST}', arm64: 'ubuntu-arm64-v19.3.0@${DIGEST}' } }`;
  const { customManagers, packageRules } = JSON.parse(renovate);
  const found = customManagers.flatMap(
    ({ matchStrings, depNameTemplate }: { matchStrings: string[]; depNameTemplate?: string }) =>
      [...main.matchAll(new RegExp(matchStrings[0], 'g'))].map(({ groups = {} }) =>
        [groups.depName ?? depNameTemplate, groups.currentValue, groups.currentDigest].join(' ').trim(),
      ),
  );
  const images = 'registry.gitlab.com/gitlab-org/gitlab-runner';
  expect(found).toEqual([
    'gitlab-org/gitlab-runner 19.3.0',
    `${images} ubuntu-v19.3.0 ${DIGEST}`,
    `${images}/gitlab-runner-helper ubuntu-x86_64-v19.3.0 ${DIGEST}`,
    `${images}/gitlab-runner-helper ubuntu-arm64-v19.3.0 ${DIGEST}`,
    `registry.example.com:5000/a/b 3.22 ${DIGEST}`,
  ]);
  const [{ versioningTemplate }] = customManagers.slice(1);
  const tag = new RegExp(versioningTemplate.replace('regex:', '')).exec('ubuntu-x86_64-v19.3.0');
  expect(tag?.groups).toMatchObject({ compatibility: 'ubuntu-x86_64-', major: '19', minor: '3', patch: '0' });
  expect(packageRules[0].matchPackageNames).toEqual(
    expect.arrayContaining(['gitlab-org/gitlab-runner', images]),
  );
});
