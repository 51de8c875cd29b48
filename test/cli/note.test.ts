import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteCommand } from '../../lib/cli/note';
import { runHereWithInput } from './in-process';

const NOTE = '<!-- gitlab-runner-fleet diff -->\n\nnothing changes\n';

/** Author of what the token writes. */
const OWN = { username: 'project_7_bot' };

interface Request {
  readonly method: string;
  readonly url: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

let folder: string;
let server: Server;
let requests: Request[];
/** What the server has as notes, by page; a status of its own where it refuses. */
let notes: readonly { id: number; body: string; author?: object; user?: object }[];
/** What it says of whose the token is; a status where it refuses. */
let own: object | number;
/** What GraphQL says of that. */
let viewer: object | number;
let status: number;
/** What it answers instead; undefined where it does what it should. */
let answer: string | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runner-fleet-note-'));
  writeFileSync(join(folder, 'review.md'), NOTE);
  [requests, notes, status, answer] = [[], [], 200, undefined];
  [own, viewer] = [{ username: 'project_7_bot' }, 403];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const token = (headers['private-token'] ?? headers.authorization) as string | undefined;
      requests.push({ method, url, token, body: text === '' ? undefined : JSON.parse(text) });
      const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 1);
      if (url.endsWith('/user')) return sayWho(own, response);
      if (url.endsWith('/graphql')) return sayWho(viewer, response);
      response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
      const found = method === 'GET' ? notes.slice((page - 1) * 100, page * 100) : { id: 1 };
      response.end(answer ?? JSON.stringify(found));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

function sayWho(who: object | number, response: ServerResponse): void {
  response.writeHead(typeof who === 'number' ? who : 200);
  response.end(JSON.stringify(who));
}

/** Runs `note` with variables of a pipeline, and none of the one that runs this test. */
async function note(
  env: Record<string, string>,
  file = 'review.md',
): Promise<{ code: number; stderr: string }> {
  const before = process.env;
  process.env = { PATH: before.PATH, ...env };
  try {
    const input = { folder, input: '', programs: '.' };
    const { status: code, stderr } = await runHereWithInput(noteCommand(), [join(folder, file)], input);
    return { code, stderr };
  } finally {
    process.env = before;
  }
}

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const gitLab = () => ({
  CI_API_V4_URL: `${url()}/api/v4`,
  CI_PROJECT_ID: '7',
  CI_MERGE_REQUEST_IID: '3',
  RUNNER_FLEET_TOKEN: 'a-token',
});

test('the first run posts a note, with the token of the project', async () => {
  notes = [{ id: 5, body: 'looks good' }];
  expect(await note(gitLab())).toEqual({ code: 0, stderr: 'Posted a note.\n' });
  const path = '/api/v4/projects/7/merge_requests/3/notes';
  expect(requests).toEqual([
    { method: 'GET', url: `${path}?per_page=100&page=1`, token: 'a-token', body: undefined },
    { method: 'POST', url: path, token: 'a-token', body: { body: NOTE } },
  ]);
});

test('the note links the page of the change, where the pipeline says its address', async () => {
  const page = 'https://gitlab.example.com/-/jobs/7/artifacts/file/fleet-page/index.html';
  await note({ ...gitLab(), RUNNER_FLEET_PAGE: page });
  expect(requests[1].body).toEqual({
    body: expect.stringContaining(`[The fleet before and after this change, as a page](${page})`),
  });
});

test('an address that no note can link is left out, and that is said', async () => {
  const { code, stderr } = await note({ ...gitLab(), RUNNER_FLEET_PAGE: 'x)[y](z' });
  expect(code).toBe(0);
  expect(stderr).toContain('RUNNER_FLEET_PAGE is not an address that a note can link');
  expect(requests[1].body).toEqual({ body: NOTE });
});

test('the next run renews it, however many notes stand before it', async () => {
  notes = [
    ...Array.from({ length: 150 }, (_, id) => ({ id, body: 'talk' })),
    { id: 900, body: `${NOTE}old`, author: OWN },
  ];
  expect((await note(gitLab())).stderr).toBe('Renewed the note.\n');
  expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
    'GET /api/v4/projects/7/merge_requests/3/notes?per_page=100&page=1',
    'GET /api/v4/projects/7/merge_requests/3/notes?per_page=100&page=2',
    'GET /api/v4/user',
    'PUT /api/v4/projects/7/merge_requests/3/notes/900',
  ]);
});

const gitHub = () => ({
  GITHUB_ACTIONS: 'true',
  GITHUB_API_URL: url(),
  GITHUB_GRAPHQL_URL: `${url()}/graphql`,
  GITHUB_REPOSITORY: 'platform/runners',
  PULL_REQUEST_NUMBER: '4',
  GITHUB_TOKEN: 'a-token',
});
const COMMENTS = '/repos/platform/runners/issues/4/comments';

describe('on GitHub it is a comment of the pull request, and ours is the one', () => {
  const asked = () => requests.map(({ method, url: path, token }) => [method, path, token]);
  const first = ['GET', `${COMMENTS}?per_page=100&page=1`, 'Bearer a-token'];
  const last = ['PATCH', '/repos/platform/runners/issues/comments/11', 'Bearer a-token'];
  const user = ['GET', '/user', 'Bearer a-token'];
  const graphql = ['POST', '/graphql', 'Bearer a-token'];

  test('of a user, whose token says so', async () => {
    own = { login: 'fleet-reviews' };
    notes = [
      { id: 10, body: NOTE, user: { login: 'github-actions[bot]' } },
      { id: 11, body: NOTE, user: { login: 'fleet-reviews' } },
    ];
    expect((await note(gitHub())).code).toBe(0);
    expect(asked()).toEqual([first, user, last]);
  });

  test.each(['fleet-reviews[bot]', 'github-actions[bot]'])(
    'of an app, whose token may not ask for a user: %s',
    async (login) => {
      [own, viewer] = [403, { data: { viewer: { login } } }];
      notes = [
        { id: 9, body: NOTE, user: { login: 'mallory[bot]' } },
        { id: 10, body: NOTE, user: { login: login.replace('[bot]', '') } },
        { id: 11, body: NOTE, user: { login } },
      ];
      expect((await note(gitHub())).stderr).toBe('Renewed the note.\n');
      expect(asked()).toEqual([first, user, graphql, last]);
    },
  );

  test.each<[where: string, env: object, says: object | number]>([
    ['where GraphQL is refused too', {}, 403],
    ['where GraphQL answers with errors', {}, { errors: [{ type: 'FORBIDDEN' }], data: { viewer: null } }],
    ['where there is no GraphQL', { GITHUB_GRAPHQL_URL: '' }, 500],
  ])('of the workflow, %s', async (_, env, says) => {
    [own, viewer] = [403, says];
    notes = [
      { id: 10, body: NOTE, user: { login: 'mallory' } },
      { id: 11, body: NOTE, user: { login: 'github-actions[bot]' } },
    ];
    expect((await note({ ...gitHub(), ...env })).code).toBe(0);
    expect(asked().at(-1)).toEqual(last);
  });

  test('and none that someone else wrote: it is posted', async () => {
    [own, viewer] = [403, { data: { viewer: { login: 'fleet-reviews[bot]' } } }];
    notes = [
      { id: 9, body: NOTE, user: { login: 'github-actions[bot]' } },
      { id: 10, body: NOTE, user: { login: 'fleet-reviews' } },
    ];
    expect((await note(gitHub())).stderr).toBe('Posted a note.\n');
    expect(asked().at(-1)).toEqual(['POST', COMMENTS, 'Bearer a-token']);
  });

  test('and none where GraphQL fails', async () => {
    [own, viewer] = [403, 502];
    notes = [{ id: 11, body: NOTE, user: { login: 'github-actions[bot]' } }];
    const { code, stderr } = await note(gitHub());
    expect([code, stderr]).toEqual([1, expect.stringContaining('POST /graphql: 502')]);
    expect(requests.some(({ method }) => method === 'PATCH')).toBe(false);
  });
});

test('a note of someone else that begins like ours stays, and ours is posted', async () => {
  notes = [
    { id: 4, body: NOTE, author: { username: 'mallory' } },
    { id: 5, body: NOTE },
  ];
  expect((await note(gitLab())).stderr).toBe('Posted a note.\n');
  expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
});

test('ours is found behind those of others', async () => {
  notes = [
    { id: 4, body: NOTE, author: { username: 'mallory' } },
    { id: 5, body: NOTE, author: OWN },
  ];
  expect((await note(gitLab())).stderr).toBe('Renewed the note.\n');
  expect(requests.at(-1)).toMatchObject({ method: 'PUT', url: expect.stringMatching(/notes\/5$/) });
});

test('where the server does not say whose the token is, no note is changed', async () => {
  notes = [{ id: 4, body: NOTE, author: { username: 'mallory' } }];
  own = 500;
  expect((await note(gitLab())).code).toBe(1);
  expect(requests.every(({ method }) => method === 'GET')).toBe(true);
});

test('a note that is longer than GitHub takes is cut, with the place of the whole', async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `| runner-${index} | ${'x'.repeat(60)} |`);
  writeFileSync(join(folder, 'review.md'), `${NOTE}${lines.join('\n')}\n`);
  const env = { ...gitHub(), GITHUB_SERVER_URL: 'https://github.com', GITHUB_RUN_ID: '99' };
  expect((await note(env)).stderr).toBe('Posted a note.\n');
  const { body } = requests[requests.length - 1].body as { body: string };
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toContain('[this run](https://github.com/platform/runners/actions/runs/99)');
});

test.each([
  ['without a token', { RUNNER_FLEET_TOKEN: '' }, /RUNNER_FLEET_TOKEN is not set/],
  ['outside of a merge request', { CI_MERGE_REQUEST_IID: '' }, /not running in a merge request pipeline/],
])('%s nothing is posted, which is said and is no failure', async (_, change, says) => {
  const { code, stderr } = await note({ ...gitLab(), ...change });
  expect([code, stderr, requests]).toEqual([0, expect.stringMatching(says), []]);
});

test('a refusal of the server fails, without the token', async () => {
  status = 403;
  const { code, stderr } = await note(gitLab());
  expect([code, stderr]).toEqual([1, expect.stringContaining('403 Forbidden')]);
  expect(stderr).not.toContain('a-token');
});

test.each([
  ['RUNNER_FLEET_TOKEN', gitLab],
  ['GITHUB_TOKEN', gitHub],
] as const)('%s that no header takes is refused, and not shown', async (name, env) => {
  const { code, stderr } = await note({ ...env(), [name]: 'secret-a\nsecret-b' });
  expect([code, stderr]).toEqual([1, expect.stringContaining(`${name} holds white space or another`)]);
  expect(stderr).not.toContain('secret-');
  expect(requests).toEqual([]);
});

test('a server that sends the request elsewhere does not get the token sent there', async () => {
  status = 302;
  const { code, stderr } = await note(gitLab());
  expect([code, stderr]).toEqual([1, expect.stringContaining('302 Found')]);
  expect(requests).toHaveLength(1);
});

test('an answer that is not JSON, and no answer at all, name the request', async () => {
  answer = '<html>';
  expect((await note(gitLab())).stderr).toMatch(/notes: the answer is not JSON/);
  const stopped = { ...gitLab(), CI_API_V4_URL: 'http://127.0.0.1:1/api/v4' };
  expect((await note(stopped)).stderr).toMatch(/GET \/api\/v4\/projects\/7\/merge_requests\/3\/notes: /);
});

test.each([
  ['in a merge request', gitLab],
  ['outside of a pipeline', () => ({})],
])('a file that is not a note, or not there, is refused %s', async (_, env) => {
  writeFileSync(join(folder, 'other.md'), 'hello');
  const [other, missing] = [await note(env(), 'other.md'), await note(env(), 'missing.md')];
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('other.md is not a note')]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("missing.md can't be read")]);
  expect(requests).toEqual([]);
});
