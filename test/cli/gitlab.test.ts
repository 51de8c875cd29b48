import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitlabClient } from '../../lib/cli/gitlab/client';
import { gitlabCommand } from '../../lib/cli/gitlab/command';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { describedRunners } from '../../lib/gitlab/described-runner';
import { runHereWithInput } from './in-process';

/** Fields of `GET /runners/:id`. @see https://docs.gitlab.com/api/runners/#get-runners-details */
interface RunnerRecord {
  readonly id: number;
  readonly description: string;
  readonly runner_type: string;
  tag_list: readonly string[];
  run_untagged: boolean;
  locked: boolean;
  access_level: string;
  maximum_timeout: number | null;
  paused: boolean;
  readonly [key: string]: unknown;
}

const record = (id: number, description: string, more: Partial<RunnerRecord> = {}): RunnerRecord => ({
  id,
  description,
  runner_type: 'group_type',
  tag_list: ['docker'],
  run_untagged: false,
  locked: false,
  access_level: 'not_protected',
  maximum_timeout: 7200,
  paused: false,
  active: true,
  is_shared: false,
  ip_address: '',
  online: true,
  status: 'online',
  contacted_at: '2026-11-26T10:00:00.000Z',
  version: null,
  token_expires_at: null,
  maintenance_note: null,
  ...more,
});

let folder: string;
let server: Server;
let runners: RunnerRecord[];
let managers: readonly object[];
let requests: string[];
let written: readonly object[];
/** Answers instead, one after the other; undefined for the usual one. */
let instead: (((response: ServerResponse) => void) | undefined)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runner-fleet-gitlab-'));
  [requests, instead] = [[], []];
  runners = [record(7, 'acme-docker')];
  managers = [
    { id: 1, system_id: 'x', version: '19.3.0', status: 'online', contacted_at: '2026-11-26T10:00:00.000Z' },
  ];
  server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  writeApp({ name: 'docker', arch: 'amd64', capacity: 'spot', tags: ['docker'], exactTags: true });
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** An app that describes one fleet, without a build and without starting Node. */
function writeApp(...described: readonly object[]): void {
  writeFleets({ name: 'acme', gitlabUrl: address(), runners: described });
}

/** What the app describes now. */
const describedHere = () => written as readonly RunnerFleetProps[];

function writeFleets(...fleets: readonly object[]): void {
  written = fleets;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'fleets'), fleets.map((fleet) => `${JSON.stringify(fleet)}\n`).join(''));
  writeFileSync(
    join(folder, 'cdk8s.yaml'),
    'language: typescript\napp: cat fleets >> "$RUNNER_FLEET_DESCRIPTION"\n',
  );
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    requests.push(`${method} ${url}${text === '' ? '' : ` ${text}`}`);
    const own = instead.shift();
    if (own) return own(response);
    if (headers['private-token'] !== 'a-token') return send(response, 401, { message: '401 Unauthorized' });
    const path = new URL(url, 'http://x').pathname.replace('/api/v4', '');
    const [, id, more] = /^\/runners\/(\d+)(\/managers)?$/.exec(path) ?? [];
    if (id === undefined) return list(url, response);
    const found = runners.find((one) => one.id === Number(id));
    if (!found) return send(response, 404, { message: '404 Not found' });
    if (method === 'PUT') Object.assign(found, JSON.parse(text));
    send(response, 200, more ? managers : found);
  });
}

/** Lists leave out what only the runner itself says. */
function list(url: string, response: ServerResponse): void {
  const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 1);
  const short = runners.map(({ tag_list: _, maximum_timeout: __, ...one }) => one);
  send(response, 200, short.slice((page - 1) * 100, page * 100));
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function gitlab(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return withToken('a-token', args);
}

async function withToken(token: string | undefined, args: readonly string[]) {
  const [before, cwd] = [process.env.GITLAB_TOKEN, process.cwd()];
  if (token === undefined) delete process.env.GITLAB_TOKEN;
  else process.env.GITLAB_TOKEN = token;
  try {
    const { status, stdout, stderr } = await runHereWithInput(gitlabCommand(), args, {
      folder,
      input: '',
      programs: '.',
    });
    return { code: status, stdout, stderr };
  } finally {
    process.chdir(cwd);
    if (before === undefined) delete process.env.GITLAB_TOKEN;
    else process.env.GITLAB_TOKEN = before;
  }
}

test('status says what differs, and what that does', async () => {
  runners = [record(7, 'acme-docker', { tag_list: ['docker', 'gpu'], paused: true })];
  const { code, stdout } = await gitlab('status');
  expect(code).toBe(1);
  expect(stdout).toMatch(/acme\/docker \(runner 7\): \d differences/);
  expect(stdout).toMatch(/ {2}tags: docker,gpu, described: docker\n {4}jobs tagged gpu run here/);
  expect(stdout).toMatch(/ {2}paused: yes, described: no/);
  expect(stdout).toMatch(/GitLab is not as described\.\n$/);
  expect(requests.filter((one) => !one.startsWith('GET'))).toEqual([]);
});

test('status as JSON is for programs', async () => {
  const { stdout } = await gitlab('status', '--format', 'json');
  const { asDescribed, runners: rows } = JSON.parse(stdout);
  expect([asDescribed, rows.length, rows[0].id]).toEqual([false, 1, 7]);
});

test('runners of a group are asked for by its path', async () => {
  await gitlab('status', '--group', 'acme/platform');
  expect(requests[0]).toBe('GET /api/v4/groups/acme%2Fplatform/runners?per_page=100&page=1');
  await gitlab('status', '--project', '12');
  expect(requests).toContain('GET /api/v4/projects/12/runners?per_page=100&page=1');
});

test('a runner behind a hundred others is found, and only those of the fleet are asked for one by one', async () => {
  runners = [
    ...Array.from({ length: 150 }, (_, index) => record(1000 + index, `other-${index}`)),
    record(7, 'acme-docker'),
  ];
  expect((await gitlab('status')).stdout).toMatch(/runner 7/);
  expect(requests.filter((one) => /\/runners\/\d+/.test(one))).toEqual([
    'GET /api/v4/runners/7',
    'GET /api/v4/runners/7/managers',
  ]);
});

describe('a runner whose id the description says', () => {
  const runner = { name: 'docker', arch: 'amd64', capacity: 'spot', tags: ['docker'], exactTags: true };

  test('is asked for by its id, although no description names it', async () => {
    writeApp({ ...runner, gitlabId: 41 });
    runners = [record(41, 'Linux runner')];
    const { stdout } = await gitlab('apply', '--yes', '--group', 'acme');
    expect(requests.slice(0, 4)).toEqual([
      'GET /api/v4/groups/acme/runners?per_page=100&page=1',
      'GET /api/v4/runners/41',
      'GET /api/v4/runners/41/managers',
      'PUT /api/v4/runners/41 {"description":"acme-docker"}',
    ]);
    expect(stdout).toContain('acme/docker (runner 41)');
  });

  test('is asked for once if its description names it, too', async () => {
    writeApp({ ...runner, gitlabId: 7 });
    await gitlab('status');
    expect(requests.filter((one) => one === 'GET /api/v4/runners/7')).toHaveLength(1);
  });

  test('is missing if GitLab does not know it, and the others are still compared', async () => {
    writeApp({ ...runner, gitlabId: 41 }, { ...runner, name: 'large', tags: ['large'] });
    runners = [record(8, 'acme-large', { tag_list: ['large'] })];
    const { code, stdout } = await gitlab('status');
    expect(code).toBe(1);
    expect(stdout).toContain('runner: none, described: runner 41');
    expect(stdout).toContain('acme/large (runner 8)');
  });

  test('is unknown, and not missing, if the token may not see it', async () => {
    writeApp({ ...runner, gitlabId: 41 });
    runners = [];
    instead = [undefined, (response) => send(response, 403, { message: '403 Forbidden' })];
    expect(await gitlab('status')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('GET /runners/41: the token is not allowed to do this (403)'),
    });
  });
});

test('a runner that goes between the list and its own page is unknown, not as described', async () => {
  instead = [undefined, (response) => send(response, 404, { message: '404 Not found' })];
  expect((await gitlab('status')).code).toBe(2);
});

test('a runner that is as described in all, with its manager online, exits with 0', async () => {
  const [one] = describedRunners(resolveFleets(describedHere(), new Map()));
  managers = one.systemIds.map((system_id) => ({
    system_id,
    version: one.release,
    status: 'online',
    contacted_at: '2026-11-26T10:00:00.000Z',
  }));
  expect(await gitlab('status')).toEqual({
    code: 0,
    stdout: 'acme/docker (runner 7): as described, 1 manager online\n\nGitLab is as described.\n',
    stderr: '',
  });
});

test('the app that describes the fleet is started without the token', async () => {
  writeFileSync(
    join(folder, 'cdk8s.yaml'),
    'language: typescript\napp: echo "${GITLAB_TOKEN-none}" > seen && cat fleets >> "$RUNNER_FLEET_DESCRIPTION"\n',
  );
  expect((await gitlab('status')).code).toBe(1);
  expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe('none\n');
});

test('apply prints the fewest calls and changes nothing', async () => {
  runners = [record(7, 'acme-docker', { maximum_timeout: null })];
  const { code, stdout, stderr } = await gitlab('apply');
  expect([code, stdout]).toEqual([1, 'PUT /runners/7  {"maximum_timeout":7200}  (acme/docker)\n']);
  expect(stderr).toMatch(/Nothing was changed/);
  expect(runners[0].maximum_timeout).toBeNull();
});

test('apply --yes makes them, and looks again', async () => {
  runners = [
    record(7, 'acme-docker', { maximum_timeout: null, tag_list: [], access_level: 'ref_protected' }),
  ];
  const { stdout } = await gitlab('apply', '--yes');
  expect(requests.filter((one) => one.startsWith('PUT'))).toEqual([
    'PUT /api/v4/runners/7 {"tag_list":["docker"],"maximum_timeout":7200}',
  ]);
  expect(stdout).not.toMatch(/ {2}tags:/);
  // What the description does not say stays.
  expect(runners[0].access_level).toBe('ref_protected');
});

test('apply makes the other calls where GitLab refuses one, and says which and why', async () => {
  const runner = { arch: 'amd64', capacity: 'spot', exactTags: true };
  writeApp({ ...runner, name: 'docker', tags: ['docker'] }, { ...runner, name: 'large', tags: ['large'] });
  runners = [record(7, 'acme-docker', { tag_list: ['x'] }), record(8, 'acme-large', { tag_list: ['x'] })];
  const ok = Array.from({ length: 5 }, () => undefined);
  const refusal = { message: { tag_list: ['is too long', 'is odd: a-token'] } };
  instead = [...ok, (response) => send(response, 400, refusal)];
  const { code, stderr } = await gitlab('apply', '--yes');
  expect(stderr).toContain(
    'PUT /runners/7: GitLab refuses a value (400): tag_list is too long, is odd: [token] (acme/docker)',
  );
  expect([code, runners.map(({ tag_list }) => tag_list)]).toEqual([1, [['x'], ['large']]]);
});

test('apply says what it changed where GitLab is gone halfway', async () => {
  const runner = { arch: 'amd64', capacity: 'spot', exactTags: true };
  writeApp({ ...runner, name: 'docker', tags: ['docker'] }, { ...runner, name: 'large', tags: ['large'] });
  runners = [record(7, 'acme-docker', { tag_list: ['x'] }), record(8, 'acme-large', { tag_list: ['x'] })];
  instead = [...Array.from({ length: 6 }, () => undefined), (response) => send(response, 500, {})];
  const { code, stderr } = await gitlab('apply', '--yes');
  expect(code).toBe(2);
  expect(stderr).toContain(
    'PUT /runners/8: GitLab answers 500 (acme/large)\nChanged before that: acme/docker.',
  );
});

test('a runner on two pages of a list that changes meanwhile is one runner', async () => {
  runners = Array.from({ length: 100 }, (_, index) => record(1000 + index, `acme-docker-${index}`));
  runners[99] = record(7, 'acme-docker');
  instead = [undefined, (response) => send(response, 200, [runners[99]])];
  const { stdout } = await gitlab('status');
  expect(stdout).toMatch(/acme\/docker \(runner 7\)/);
});

test('a server that brings one page again and again, or another runner than asked for, is not believed', async () => {
  runners = Array.from({ length: 100 }, (_, index) => record(1000 + index, `other-${index}`));
  const same = (response: ServerResponse) => send(response, 200, runners);
  instead = [same, same];
  expect(await gitlab('status')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('page 2 brings nothing new'),
  });
  runners = [record(7, 'acme-docker')];
  instead = [undefined, (response) => send(response, 200, record(1, 'root'))];
  expect((await gitlab('apply', '--yes')).stderr).toContain(
    'GET /runners/7: the answer is another runner, 1.',
  );
  expect(requests.every((one) => one.startsWith('GET'))).toBe(true);
});

test('apply neither creates nor deletes', async () => {
  runners = [record(9, 'acme-old')];
  const { code, stdout } = await gitlab('apply', '--yes');
  expect(code).toBe(1);
  expect(stdout).toMatch(/acme\/docker: 1 difference/);
  expect(stdout).toMatch(/acme-old \(runner 9\): not described/);
  expect(requests.every((one) => one.startsWith('GET'))).toBe(true);
});

describe('a description with fleets on two GitLabs', () => {
  const runner = { name: 'docker', arch: 'amd64', capacity: 'spot', tags: ['docker'], exactTags: true };
  const other = 'https://gitlab.example.org';
  beforeEach(() =>
    writeFleets(
      { name: 'acme', gitlabUrl: address(), runners: [runner] },
      { name: 'other', gitlabUrl: other, runners: [runner] },
    ),
  );

  test('sends the token to neither until one is named', async () => {
    const run = await gitlab('status');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(`${address()} and ${other}`);
    expect(run.stderr).toContain('--gitlab-url');
    expect(requests).toEqual([]);
  });

  test('asks the one that is named', async () => {
    const { stdout } = await gitlab('status', '--gitlab-url', address());
    expect(stdout).toContain('acme/docker (runner 7)');
    expect(stdout).not.toContain('other/docker');
  });

  test('refuses one that no fleet has', async () => {
    const run = await gitlab('status', '--gitlab-url', 'https://gitlab.com');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('no fleet has the gitlabUrl https://gitlab.com');
    expect(requests).toEqual([]);
  });
});

describe('what GitLab refuses is said, with what to do, and never the token', () => {
  test.each([
    [401, /rejects the token/],
    [403, /scope read_api/],
    [404, /this token can.t see/],
    [301, /set gitlabUrl to the address/],
    [500, /GitLab answers 500/],
  ])('%d', async (status, why) => {
    instead = [(response) => send(response, status, {}, { location: 'http://elsewhere.example' })];
    const { code, stderr } = await gitlab('status');
    expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
    expect(stderr).not.toContain('a-token');
  });

  test('an answer that is not JSON, or not a list', async () => {
    instead = [(response) => response.end('<html>')];
    expect((await gitlab('status')).stderr).toMatch(/not JSON/);
    instead = [(response) => send(response, 200, { message: 'hello' })];
    expect((await gitlab('status')).stderr).toMatch(/the answer is not a list/);
  });

  test.each(['a-token\nb', 'a-t\u2014ken', 'a token'])(
    'a token that no header takes is not shown: %j',
    async (token) => {
      const { code, stderr } = await withToken(token, ['status']);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^GITLAB_TOKEN holds white space or another/),
      ]);
      expect(stderr).not.toContain(token);
      expect(requests).toEqual([]);
    },
  );

  test('no token for a change', async () => {
    const { stderr } = await withToken(undefined, ['apply', '--yes']);
    expect(stderr).toMatch(
      /GITLAB_TOKEN is not set: set it to an access token with the scope manage_runner or api/,
    );
  });

  test('no token', async () => {
    expect(await withToken(undefined, ['status'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/GITLAB_TOKEN is not set/),
    });
    expect(requests).toEqual([]);
  });
});

describe('a server that is busy', () => {
  const client = () =>
    new GitlabClient(address(), 'a-token', { answerMilliseconds: 100, mostWaitMilliseconds: 5 });

  test('is asked again after as long as it says', async () => {
    instead = [
      (response) => send(response, 429, {}, { 'retry-after': '1' }),
      (response) => send(response, 503, {}),
    ];
    expect(await client().runners({}, ['acme-'])).toHaveLength(1);
    expect(requests).toHaveLength(5);
  });

  test('and stays so is given up', async () => {
    instead = Array.from({ length: 9 }, () => (response: ServerResponse) => send(response, 429, {}));
    await expect(client().runners({}, ['acme-'])).rejects.toThrow(/limits requests/);
    expect(requests).toHaveLength(4);
  });

  test('and never answers is not waited for', async () => {
    instead = [() => undefined];
    await expect(client().runners({}, ['acme-'])).rejects.toThrow(/no answer within 0.1 s/);
  });
});
