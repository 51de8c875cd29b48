import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { planCommand } from '../../lib/cli/plan';
import { withFolder } from '../app/temporary-folder';
import { edited, FLEET, writeFixture } from '../fixtures/files';
import { runHere } from './in-process';

function plan(...args: string[]) {
  return runHere(planCommand(), args);
}

const FOLDER = 'examples/thousand-jobs/dist';
const RUNNER = ['--runner', 'production-arm64-spot'];

test('a fleet that is large enough: exit code 0', () => {
  const { status, stdout, stderr } = plan(FOLDER, '--jobs', '1000', ...RUNNER);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^production-arm64-spot: all 1000 run at once; /);
});

test('a fleet that is not: exit code 1, for every runner', () => {
  const { status, stdout } = plan(FOLDER, '--jobs', '1001');
  expect(status).toBe(1);
  expect(stdout.match(/ binds: /g)).toHaveLength(4);
  expect(stdout).toContain('manager concurrency binds: 1000 of 1001');
});

test('several folders are read together', () => {
  const cluster = `${FOLDER}/${readdirSync(FOLDER).find((name) => !name.includes('.'))}`;
  const parts = readdirSync(cluster).map((part) => `${cluster}/${part}`);
  expect(parts.length).toBeGreaterThan(1);
  const { status, stdout } = plan(...parts, '--jobs', '1000', ...RUNNER);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^production-arm64-spot: all 1000 run at once; /);
});

test('a runner may be named without its fleet', () => {
  const { stdout } = plan(FOLDER, '--jobs', '10', '--runner', 'arm64-spot');
  expect(stdout.match(/^production-.*:/gm)).toEqual(['production-arm64-spot:']);
  expect(plan(FOLDER, '--jobs', '10', '--runner', '64-spot').status).toBe(2);
});

test('runners whose jobs land nowhere are named, not left out without a word', () => {
  withFolder((folder) => {
    writeFixture(
      folder,
      edited(FLEET, [
        'arm64-spot/configmap.yaml',
        '"kubernetes.io/arch" = "arm64"',
        '"kubernetes.io/arch" = "s390x"',
      ]),
    );
    const { stdout, stderr } = plan(join(folder, 'acme'), '--jobs', '10');
    expect(stdout.match(/^acme-.*:/gm)).toHaveLength(3);
    expect(stderr).toMatch(/^No plan of acme-arm64-spot: where jobs land is not known, or wrong/);
    expect(plan(FOLDER, '--jobs', '10').stderr).toBe('');
  });
});

test('input that is of no use: exit code 2 and what to write', () => {
  withFolder((empty) => {
    expect(plan(FOLDER)).toMatchObject({ status: 2, stderr: expect.stringContaining('--jobs') });
    expect(plan(FOLDER, '--jobs', 'many')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('must be a whole number from 1'),
    });
    expect(plan(FOLDER, '--jobs', '10', '--minutes', '-1').status).toBe(2);
    expect(plan('no-such-folder', '--jobs', '10').status).toBe(2);
    expect(plan(empty, '--jobs', '10').status).toBe(2);
    const { status, stderr } = plan(FOLDER, '--jobs', '10', '--runner', 'typo');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/no runner typo has jobs that land; here are: production-amd64/),
    ]);
  });
});
