import { join } from 'node:path';
import { parse as parseToml } from '@iarna/toml';
import * as fc from 'fast-check';
import { load as parse } from 'js-yaml';
import { writeFiles } from '../../lib/app/dist-folder';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { configFaults } from '../../lib/gitlab-runner/config/validate';
import { type Manifest, render, sealedTokens } from '../fleets';
import { withFolder } from './temporary-folder';

const name = (most: number) =>
  fc
    .stringMatching(new RegExp(`^[a-z][a-z0-9-]{0,${most - 2}}[a-z0-9]$`))
    .filter((text) => text !== 'managers');
const memory = fc.integer({ min: 1, max: 16 }).map((gib) => `${gib}Gi`);
const cpu = fc.oneof(
  fc.integer({ min: 100, max: 3900 }).map((milli) => `${milli}m`),
  fc.integer({ min: 1, max: 8 }).map(String),
);
const labels = fc.dictionary(
  fc.stringMatching(/^example\.com\/[a-z][a-z0-9]{0,20}$/),
  fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?$/),
  { maxKeys: 3 },
);
const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const anyRunner = fc.record({
  name: name(36),
  arch: fc.constantFrom('amd64' as const, 'arm64' as const),
  capacity: fc.constantFrom('spot' as const, 'on-demand' as const, 'spot-first' as const),
  concurrency: option(fc.integer({ min: 1, max: 500 })),
  managers: option(fc.integer({ min: 1, max: 3 })),
  tags: option(fc.array(fc.stringMatching(/^[\w.-]{1,20}$/), { maxLength: 4 })),
  longestJob: option(fc.integer({ min: 1, max: 12 }).map((hours) => `${hours}h`)),
  pollTimeout: option(fc.integer({ min: 1, max: 30 }).map((minutes) => `${minutes}m`)),
  build: option(fc.record({ cpu: fc.record({ request: cpu }), memory: fc.record({ request: memory }) })),
  privileged: option(fc.boolean()),
  rootlessBuilds: option(fc.boolean()),
  dockerInDocker: option(
    fc.record({
      mtu: option(fc.integer({ min: 576, max: 9001 })),
      registryMirror: option(fc.constant('https://mirror.example.com:5443')),
      allowedServices: option(fc.array(fc.constantFrom('postgres:*', '**'), { maxLength: 2 })),
    }),
  ),
  jobServiceAccount: option(
    fc.record({
      roleArn: option(fc.constant('arn:aws:iam::123456789012:role/ci')),
      automountServiceAccountToken: option(fc.boolean()),
      labels: option(labels),
    }),
  ),
  imagePullSecrets: option(fc.array(name(20), { maxLength: 2 })),
  podLabels: option(labels),
  imageFlavor: option(fc.constantFrom('alpine' as const, 'ubuntu' as const)),
});

/** Rootless builds, or what takes their place. */
const runner: fc.Arbitrary<RunnerProps> = anyRunner.map((one) =>
  one.privileged || one.dockerInDocker ? { ...one, rootlessBuilds: undefined } : one,
);

const fleet: fc.Arbitrary<RunnerFleetProps> = fc.record({
  name: name(30),
  prefix: option(name(20)),
  labels: option(labels),
  gitlabUrl: option(fc.constantFrom('https://gitlab.example.com', 'http://gitlab.example.com:8080/gitlab')),
  runners: fc.uniqueArray(runner, {
    minLength: 1,
    maxLength: 4,
    // A second manager is called as a runner that ends in -2 would be.
    selector: (one) => one.name.replace(/-\d+$/, ''),
  }),
});

/** Every property draws the same fleets, which are rendered once. */
const rendered = new Map<string, ReturnType<typeof render>>();
function renderedOnce(description: RunnerFleetProps): ReturnType<typeof render> {
  const key = JSON.stringify(description);
  const files = rendered.get(key) ?? render(description);
  rendered.set(key, files);
  return files;
}

test('any valid fleet renders the same bytes again, each object once, each file one object', () => {
  fc.assert(
    fc.property(fleet, (description) => {
      const files = renderedOnce(description);
      expect(render(structuredClone(description))).toEqual(files);
      const identities = files.map(({ text }) => {
        const { apiVersion, kind, metadata } = parse(text) as Manifest;
        return [apiVersion, kind, metadata.namespace, metadata.name].join(' ');
      });
      expect(new Set(identities).size).toBe(files.length);
      expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(files.length);
    }),
    { numRuns: 40 },
  );
});

test('any valid fleet holds no empty field, and a config that the runner accepts', () => {
  fc.assert(
    fc.property(fleet, (description) => {
      for (const { text } of renderedOnce(description)) {
        // An empty podSelector means every pod; nothing else may be empty, since API servers drop it.
        expect(text.replace('podSelector: {}', '')).not.toMatch(/: (null|\{\}|\[\])$/m);
        const manifest = parse(text) as Manifest;
        if (manifest.kind === 'ConfigMap')
          expect(configFaults(parseToml(manifest.data['config.toml']))).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});

test('any valid fleet is valid by the schemas of others', async () => {
  const schemas = await import('../schema/validate.mjs');
  withFolder((folder) => {
    const samples = fc.sample(fleet, { numRuns: 25, seed: 20261123 });
    for (const [index, description] of samples.entries()) {
      writeFiles(join(folder, String(index)), render(description, sealedTokens(description)));
    }
    const verdict = schemas.validate(folder);
    expect(verdict.complaints).toEqual([]);
    expect(verdict.validated).toBeGreaterThan(400);
  });
});
