import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tokensCommand } from '../../lib/cli/tokens/command';
import { parseSealedTokenFile } from '../../lib/sealed-secrets/sealed-token-file';
import { DEFAULT_FLEET } from '../fleets';
import { sealingKeys } from '../sealed-secrets/certificate';
import { unseal } from '../sealed-secrets/unseal';
import { type ProgramRun, runHereWithInput } from './in-process';

/** Fake, put together here so that no scanner takes it for a real one. */
const TOKEN = `glrt-t1_${'aB3_'.repeat(5)}`;
const [production, staging] = [sealingKeys(2048), sealingKeys(2048)];
const FILE = 'sealed/staging/amd64-spot.yaml';
const [PRODUCTIONS, STAGINGS] = ['sealed/production/cert.pem', 'sealed/staging/cert.pem'];

let project: string;
const path = (file: string) => join(project, file);

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'runner-fleet-certificates-'));
  mkdirSync(path('bin'));
  write('cdk8s.yaml', 'app: cp description.jsonl "$RUNNER_FLEET_DESCRIPTION"\n');
  describeFleets('staging-eu');
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(path(file)), { recursive: true });
  writeFileSync(path(file), text);
}

/** Two fleets: production in the cluster production-eu, and staging in the one that is named. */
function describeFleets(clusterName: string): void {
  const fleets = [
    { ...DEFAULT_FLEET, clusterName: 'production-eu' },
    { ...DEFAULT_FLEET, name: 'staging', clusterName, prefix: 'staging' },
  ];
  write('description.jsonl', fleets.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

function sealStaging(...args: readonly string[]): Promise<ProgramRun> {
  const command = ['seal', 'staging/amd64-spot', ...args];
  return runHereWithInput(tokensCommand(), command, { folder: project, input: TOKEN, programs: 'bin' });
}

/** What the controller with a key opens of what was written. */
function openedBy({ privateKey }: typeof staging): string {
  const file = parseSealedTokenFile(readFileSync(path(FILE), 'utf8'));
  if (typeof file === 'string') throw new Error(file);
  return unseal(file.ciphertext, privateKey, `${file.namespace}/${file.name}`);
}

test.each<[what: string, certificates: () => void, args: readonly string[], place: string]>([
  ["production's own file", () => write(STAGINGS, staging.pem), ['--cert', PRODUCTIONS], PRODUCTIONS],
  ['a copy of it elsewhere', () => write('tmp/x.pem', production.pem), ['--cert', 'tmp/x.pem'], 'tmp/x.pem'],
  ['a copy of it in the place of its own', () => write(STAGINGS, production.pem), [], STAGINGS],
])("a token of staging is not sealed with production's certificate: %s", async (_, others, args, place) => {
  write(PRODUCTIONS, production.pem);
  others();
  const { status, stderr } = await sealStaging(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(`Nothing was written: ${place} `);
  expect(stderr).toMatch(
    /the certificate of fleet production in cluster production-eu, and staging is in staging-eu: each controller has a sealing key of its own.*kubeseal --fetch-cert > sealed\/staging\/cert.pem/s,
  );
  expect(stderr).toContain('delete that runner in GitLab');
  expect(existsSync(path(FILE))).toBe(false);
});

test.each<[what: string, arrange: () => void, args: readonly string[], keys: typeof staging]>([
  ['its own certificate', () => write(STAGINGS, staging.pem), [], staging],
  ['one that no fleet has', () => write('new.pem', staging.pem), ['--cert', 'new.pem'], staging],
  [
    'that of another fleet in the same cluster',
    () => describeFleets('production-eu'),
    ['--cert', PRODUCTIONS],
    production,
  ],
  [
    'a key that both controllers were given on purpose',
    () => {
      write(STAGINGS, production.pem);
      write(
        '.runner-fleet.yaml',
        'silence: [{ rule: secrets/shared-certificate, object: SealingCertificate/staging, reason: one key for both }]\n',
      );
    },
    [],
    production,
  ],
  [
    'one that lies in the folder of a fleet that is not described',
    () => write('sealed/old/cert.pem', staging.pem),
    ['--cert', 'sealed/old/cert.pem'],
    staging,
  ],
])('it is sealed with %s', async (_, arrange, args, keys) => {
  write(PRODUCTIONS, production.pem);
  arrange();
  const { status, stderr } = await sealStaging(...args);
  expect([status, stderr]).toEqual([0, '']);
  expect(openedBy(keys)).toBe(TOKEN);
});
