import { readFileSync } from 'node:fs';
import type { DescriptionError } from '../../lib/fleet/fault';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { FLEET_SHAPE } from '../../lib/fleet/validate/shape';
import { DESCRIPTIONS } from '../../tools/scripts/options';
import { readOptions } from '../../tools/scripts/options-page';
import { DEFAULT_FLEET } from '../fleets';

const CYCLE: Record<string, unknown> = {};
CYCLE.self = CYCLE;
const [RUNNER] = DEFAULT_FLEET.runners;
const runner = (change: object) => ({ ...DEFAULT_FLEET, runners: [{ ...RUNNER, ...change }] });

function messageOf(fleet: unknown): string {
  try {
    resolveFleets([fleet as never], new Map());
  } catch (error) {
    if ((error as Error).name !== 'DescriptionError') throw error;
    return (error as DescriptionError).message;
  }
  throw new Error('the description was taken');
}

// biome-ignore format: a table of cases
test.each<[string, unknown, RegExp]>([
  ['null', null, /fleets\[0\] > \(the whole\): "null"/],
  ['a text', 'x', /a fleet is an object/],
  ['no runners', { name: 'x' }, /x > runners: nothing/],
  ['a text for runners', { name: 'x', runners: 'a' }, /runners: "a string"\n.*a list of objects/],
  ['a runner that is null', { name: 'x', runners: [null] }, /runners\[0\]: "null"/],
  ['a slip in an option', runner({ concurency: 5 }), /runners\[0\]\.concurency: "concurency"[\s\S]*fix: {2}write concurrency/],
  ['a slip deep in an option', runner({ build: { cpu: { requests: '1' } } }), /build\.cpu\.requests[\s\S]*write request/],
  ['a text for a container', runner({ build: '4' }), /runners\[0\]\.build: "a string"/],
  ['a text for tags', runner({ tags: 'a,b' }), /tags: "a string"\n.*a list/],
  ['null for a cache', runner({ cache: null }), /cache: "null"/],
  ['an object for a pool list', { ...DEFAULT_FLEET, nodePools: {} }, /nodePools: "an object"/],
  ['a text for ports', { ...DEFAULT_FLEET, network: { jobPorts: '80' } }, /network\.jobPorts: "a string"/],
  ['null for labels', { ...DEFAULT_FLEET, labels: null }, /labels: "null"/],
  ['an object in labels', { ...DEFAULT_FLEET, labels: CYCLE }, /labels\["self"\]: "an object"/],
  ['a budget that is null', { ...DEFAULT_FLEET, nodePoolDefaults: { budgets: [null] } }, /budgets\[0\]: "null"/],
  ['a patch with a cycle', runner({ patches: { Deployment: CYCLE } }), /patches: "no data"/],
  ['a text for config', runner({ config: 'x' }), /config: "a string"/],
  ['a table of config.toml that is not one', runner({ config: { kubernetes: {} } }), /config\.kubernetes: "kubernetes"/],
  ['no table of the executor', runner({ config: { runner: { kubernetes: null } } }), /config > runner\.kubernetes: null[\s\S]*a table of config.toml/],
  ['a text for the table of the executor', runner({ config: { runner: { kubernetes: 'x' } } }), /config > runner\.kubernetes: "x"/],
  ['a list for a table of config.toml', runner({ config: { runner: [] } }), /config\.runner: "a list"/],
  ['a text for true or false', runner({ rootlessBuilds: 'false' }), /rootlessBuilds: "false"[\s\S]*write true or false/],
  ['a number for true or false', runner({ privileged: 1 }), /privileged: 1\n[\s\S]*write true or false/],
  ['a big number for a text', runner({ jobImage: 5n }), /jobImage: "a bigint"/],
  ['an object among tags', runner({ tags: [Object.create(null)] }), /tags\[0\]: "an object"/],
  ['an architecture that objects have', runner({ arch: 'constructor' }), /arch: "constructor"[\s\S]*allowed are/],
  ['a capacity that objects have', runner({ capacity: '__proto__' }), /capacity: "__proto__"[\s\S]*allowed are/],
  ['a fleet that is called as what objects have', { ...DEFAULT_FLEET, name: 'constructor' }, /name: "constructor"/],
  ['room that is held at no time', runner({ prewarm: { jobs: 1, timezone: 'UTC' } }), /prewarm > hours: nothing/],
  ['more jobs than numbers hold', runner({ concurrency: 1e308 }), /concurrency: 1e\+308/],
  ['a number for an address', { ...DEFAULT_FLEET, gitlabUrl: 5 }, /gitlabUrl: "5"/],
  ['a number for an image', { ...DEFAULT_FLEET, nodeClass: { amiAlias: 5 } }, /amiAlias: 5/],
  ['a name that constructs can not have', runner({ name: 'constructor' }), /taken by objects/],
  ['a name of a file beside runners', runner({ name: 'poddisruptionbudget-managers' }), /taken by objects/],
])('%s is refused by place and what is wanted, not by a crash', (_, fleet, says) => {
  expect(messageOf(fleet)).toMatch(says);
});

test('null removes a default of a resource', () => {
  expect(resolveFleets([runner({ build: { memory: { limit: null } } }) as never], new Map())).toHaveLength(1);
});

test('every option of every description has its shape, and no other', () => {
  const groups = DESCRIPTIONS.flatMap((file) => readOptions(readFileSync(file, 'utf8')));
  const known = new Set<string>();
  const visit = (shape: unknown) => {
    if (typeof shape !== 'object' || shape === null) return;
    for (const [key, item] of Object.entries(shape)) {
      if (key !== 'table' && key !== 'list') known.add(key);
      visit(item);
    }
  };
  visit(FLEET_SHAPE);
  expect([...known].sort()).toEqual(
    [...new Set(groups.flatMap(({ options }) => options.map(({ name }) => name)))].sort(),
  );
});

test.each(['ftp://u:secret@g.example.com', 'https://u:secret@g.example.com', 'u:secret@g.example.com'])(
  'the password in an address is not printed',
  (gitlabUrl) => {
    const message = messageOf({ ...DEFAULT_FLEET, gitlabUrl });
    expect(message).toContain('g.example.com');
    expect(message).not.toContain('secret');
  },
);
