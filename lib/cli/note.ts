import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { markerOf, noteMarker } from '../report/diff-markdown';
import { isPageAddress, withPageLink } from '../report/note-page';
import { fittingNote } from '../report/note-size';
import { accessTokenFault } from './access-token';
import { answerTo, jsonOf, NoAnswer } from './api-request';
import { complain } from './complain';

const HELP = `
In GitLab CI: RUNNER_FLEET_TOKEN, a project access token of scope api and role Reporter; scope the variable to the job's
environment (runner-fleet-review), since no other job needs it. In GitHub Actions: GITHUB_TOKEN, with the permission
pull-requests: write, and PULL_REQUEST_NUMBER. Without a token nothing is posted, and that is said. Only a note of the
token's own user, or of its app, is updated. What is longer than the server takes is cut, with a link to the whole file.
RUNNER_FLEET_PAGE: the address of what runner-fleet page wrote for the change; the note links it.

Exit code: 0 posted, or nothing to post with; 1 refused by the server; 2 bad input.`;

/** `note <file>`: posts a file as the one note of this merge request, or writes that note anew. */
export function noteCommand(): Command {
  return (
    new Command('note')
      .usage('<file>')
      .description(
        'Post what diff printed as a note of the merge request of this pipeline, or renew the note.',
      )
      .argument('<file>', 'Markdown, as diff --format markdown prints it')
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action(async (file: string) => {
        process.exitCode = await postNote(file);
      })
  );
}

async function postNote(file: string): Promise<number> {
  const body = readNote(file);
  if (body === undefined) {
    complain(`${file} can't be read: write it with runner-fleet diff --format markdown > ${file}`);
    return 2;
  }
  const marker = markerOf(body);
  if (marker === undefined) {
    complain(`${file} is not a note: its first line is not ${noteMarker()}`);
    return 2;
  }
  const host = hostOf(process.env);
  if (typeof host === 'string') {
    complain(`Nothing is posted: ${host}.`);
    return 0;
  }
  try {
    if (host.tokenFault !== undefined) throw new Error(host.tokenFault);
    const known = await findNote(host, marker);
    const note = fittingNote(linked(body, process.env.RUNNER_FLEET_PAGE), host.most, host.whole);
    await send(host, known === undefined ? 'POST' : host.update, known ?? host.notes, { body: note });
    complain(known === undefined ? 'Posted a note.' : 'Renewed the note.');
    return 0;
  } catch (error) {
    complain(`The note was not posted: ${(error as Error).message}`);
    return 1;
  }
}

/** The note with the link to the page of the change, where the pipeline says its address. */
function linked(note: string, page: string | undefined): string {
  if (!page) return note;
  if (isPageAddress(page)) return withPageLink(note, page);
  complain(
    'RUNNER_FLEET_PAGE is not an address that a note can link (https://...): the note has no link to the page.',
  );
  return note;
}

/** Where notes of a merge request live, and how to talk to that. */
interface Host {
  /** Address of all its notes. */
  readonly notes: string;
  /** Address of one note. */
  readonly note: (id: number) => string;
  readonly update: 'PUT' | 'PATCH';
  /** What may be asked to learn whose the token is, one after the other until one is answered. */
  readonly identity: readonly Question[];
  /** Author of notes where the token may not ask whose it is. */
  readonly authorElse?: string;
  /** Most characters of a note. */
  readonly most: number;
  /** Where the whole file is, as Markdown. */
  readonly whole: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Why the token can't be sent. */
  readonly tokenFault: string | undefined;
}

/** A question whose answer holds the name that the token writes in. */
interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly content?: object;
  readonly nameIn: (answer: Answer) => string | undefined;
}

/** Fields of an answer that name a user: GitLab's, GitHub's, and those of its GraphQL. */
interface Answer {
  readonly username?: string;
  readonly login?: string;
  readonly data?: { readonly viewer?: { readonly login?: string } };
}

/** The host of this pipeline, or why there is none. */
function hostOf(env: NodeJS.ProcessEnv): Host | string {
  return env.GITHUB_ACTIONS === 'true' ? gitHub(env) : gitLab(env);
}

/** @see https://docs.gitlab.com/api/notes/#merge-requests */
function gitLab(env: NodeJS.ProcessEnv): Host | string {
  const {
    CI_API_V4_URL: api,
    CI_PROJECT_ID: project,
    CI_MERGE_REQUEST_IID: number,
    RUNNER_FLEET_TOKEN: token,
    CI_JOB_URL: job,
  } = env;
  if (!api || !project || !number) return 'not running in a merge request pipeline';
  if (!token) return 'RUNNER_FLEET_TOKEN is not set, and the token of a job may not write notes';
  const notes = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(number)}/notes`;
  return {
    notes,
    note: (id) => `${notes}/${id}`,
    update: 'PUT',
    identity: [{ method: 'GET', url: `${api}/user`, nameIn: ({ username }) => username }],
    most: 1_000_000,
    whole: job ? `the artifact of [this job](${job})` : 'the artifact of this job',
    headers: { 'private-token': token },
    tokenFault: accessTokenFault('RUNNER_FLEET_TOKEN', token),
  };
}

/** @see https://docs.github.com/rest/issues/comments */
function gitHub(env: NodeJS.ProcessEnv): Host | string {
  const {
    GITHUB_API_URL: api,
    GITHUB_REPOSITORY: project,
    PULL_REQUEST_NUMBER: number,
    GITHUB_TOKEN: token,
    GITHUB_GRAPHQL_URL: graphql,
    GITHUB_SERVER_URL: server,
    GITHUB_RUN_ID: run,
  } = env;
  if (!api || !project || !number) return 'not running in a pull request workflow';
  if (!token) return 'GITHUB_TOKEN is not set';
  return {
    notes: `${api}/repos/${project}/issues/${encodeURIComponent(number)}/comments`,
    note: (id) => `${api}/repos/${project}/issues/comments/${id}`,
    update: 'PATCH',
    identity: [
      { method: 'GET', url: `${api}/user`, nameIn: ({ login }) => login },
      // The token of an app is no user's, and REST refuses it there (403); GraphQL names it, as `<app>[bot]`.
      ...(graphql ? [viewerQuestion(graphql)] : []),
    ],
    // The token of a workflow is the app's that all workflows write as.
    authorElse: 'github-actions[bot]',
    most: 65_536,
    whole:
      server && run
        ? `the artifact of [this run](${server}/${project}/actions/runs/${run})`
        : 'the artifact of this run',
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
    tokenFault: accessTokenFault('GITHUB_TOKEN', token),
  };
}

/** @see https://docs.github.com/graphql/reference/queries#viewer */
function viewerQuestion(url: string): Question {
  const content = { query: '{ viewer { login } }' };
  return { method: 'POST', url, content, nameIn: ({ data }) => data?.viewer?.login };
}

const PAGE_SIZE = 100;

/** A note as a server lists it; GitLab calls its author so, GitHub calls them user. */
interface Note {
  readonly id: number;
  readonly body?: string;
  readonly author?: { readonly username?: string };
  readonly user?: { readonly login?: string };
}

/**
 * Address of the note that an earlier run posted, by its marker and its author; undefined where none did. Anybody can write
 * a note that begins with the marker, and would choose what stands below it later.
 */
async function findNote(host: Host, marker: string): Promise<string | undefined> {
  let own: string | undefined;
  for (let page = 1; ; page++) {
    const url = `${host.notes}?per_page=${PAGE_SIZE}&page=${page}`;
    const notes = (await send(host, 'GET', url)) as readonly Note[];
    const marked = notes.filter(({ body }) => body?.startsWith(marker));
    if (marked.length > 0) own ??= await ownName(host);
    const known = marked.find(({ author, user }) => (author?.username ?? user?.login) === own);
    if (known) return host.note(known.id);
    if (notes.length < PAGE_SIZE) return undefined;
  }
}

/** Name that the token writes in. @throws Error where no answer says it, and it is not known else */
async function ownName({ identity, authorElse, ...host }: Host): Promise<string> {
  let fault: Error | undefined;
  for (const { method, url, content, nameIn } of identity) {
    try {
      const name = nameIn((await send(host, method, url, content)) as Answer);
      if (name) return name;
      fault = new Error(`${method} ${new URL(url).pathname}: the answer names no user`);
    } catch (error) {
      if (!(error instanceof Refused && [401, 403].includes(error.status))) throw error;
      fault = error;
    }
  }
  if (authorElse !== undefined) return authorElse;
  throw fault;
}

/** The server answered, and refused. */
class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Asks the API. @throws Error that names the request, whatever went wrong; never the token */
async function send(
  { headers }: Pick<Host, 'headers'>,
  method: string,
  url: string,
  content?: object,
): Promise<unknown> {
  const request = `${method} ${new URL(url).pathname}`;
  try {
    const response = await answerTo({ method, url, headers, content });
    if (response.ok) return await jsonOf(response);
    throw new Refused(response.status, `${request}: ${response.status} ${response.statusText}`);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new Error(`${request}: ${error.message}`);
  }
}

function readNote(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
