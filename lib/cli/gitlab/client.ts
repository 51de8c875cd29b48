import { setTimeout as pause } from 'node:timers/promises';
import { type ServerRunner, StrangeAnswer, serverRunner } from '../../gitlab/server-runner';
import { fieldsOf, isTable, listOf, textOf } from '../../values/record';
import { type ApiRequest, answerTo, jsonOf, NoAnswer } from '../api-request';

/** GitLab refuses, or can't be reached. The message names the request, but never the token. */
export class GitlabError extends Error {
  override readonly name = 'GitlabError';

  /** @param isOfOneRunner whether GitLab refuses this request and may take others */
  constructor(
    message: string,
    readonly isOfOneRunner = false,
    /** Status of the answer; undefined if there was none. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** Which runners are asked for. */
export interface RunnerScope {
  /** Path or id of a group or a project; without either, the runners that the token's user may manage. */
  readonly group?: string;
  readonly project?: string;
  /** Every runner of the instance, which needs an administrator. */
  readonly all?: boolean;
}

/** How patient the client is. */
export interface ClientSettings {
  /** Milliseconds until an answer has to be there. @default 30,000 */
  readonly answerMilliseconds?: number;
  /** Most milliseconds that it waits before it asks again. @default 60,000 */
  readonly mostWaitMilliseconds?: number;
}

const PAGE_SIZE = 100;
/** Times that a request is made while GitLab says that it is busy. */
const ATTEMPTS = 4;
const BUSY = [429, 502, 503, 504];
const VALUE_REFUSED = [400, 422];
/** Refusals that are about one runner; any other holds for all of them. */
const OF_ONE_RUNNER = [...VALUE_REFUSED, 403, 404];
/** Most characters of what GitLab says. */
const MOST_SAID = 300;

/** The part of GitLab's API for runners that is needed here. */
export class GitlabClient {
  private readonly api: string;

  /**
   * @param url address of GitLab, with its path where it has one
   * @param token access token: read_api to read, manage_runner or api to update
   */
  constructor(
    url: string,
    private readonly token: string,
    private readonly settings: ClientSettings = {},
  ) {
    this.api = `${url.replace(/\/+$/, '')}/api/v4`;
  }

  /**
   * The runners whose description begins with one of some texts, and those with some ids, with their tags and managers.
   * An id that GitLab does not know is left out.
   */
  async runners(
    scope: RunnerScope,
    beginnings: readonly string[],
    ids: readonly number[] = [],
  ): Promise<readonly ServerRunner[]> {
    const listed = await this.pages(pathOf(scope));
    const wanted = listed.filter(({ description }) =>
      beginnings.some((beginning) => String(description).startsWith(beginning)),
    );
    const found: ServerRunner[] = [];
    for (const id of new Set([...wanted.map((one) => Number(one.id)), ...ids])) {
      const one = await this.runner(id, ids.includes(id));
      if (one !== undefined) found.push(one);
    }
    return found;
  }

  /** @param mayBeGone whether an id that GitLab does not know is an answer, and no fault */
  private async runner(id: number, mayBeGone: boolean): Promise<ServerRunner | undefined> {
    try {
      const one = serverRunner(await this.get(`/runners/${id}`), await this.get(`/runners/${id}/managers`));
      // An update goes to this number: it must be that of the runner that was asked for.
      if (one.id !== id)
        throw new StrangeAnswer(`GET /runners/${id}: the answer is another runner, ${one.id}.`);
      return one;
    } catch (error) {
      if (mayBeGone && error instanceof GitlabError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Sets some keys of a runner, and nothing else. */
  async update(id: number, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ask('PUT', `/runners/${id}`, body);
  }

  private async pages(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    // A list that changes meanwhile brings a runner on two pages.
    const found = new Map<unknown, Readonly<Record<string, unknown>>>();
    for (let page = 1; ; page++) {
      const before = found.size;
      const list = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}per_page=${PAGE_SIZE}&page=${page}`,
      );
      if (!Array.isArray(list)) throw new StrangeAnswer(`GET ${path}: the answer is not a list.`);
      for (const one of list.filter(isTable)) found.set(one.id, one);
      if (list.length < PAGE_SIZE) return [...found.values()];
      if (found.size === before)
        throw new StrangeAnswer(`GET ${path}: page ${page} brings nothing new. Does a cache answer?`);
    }
  }

  private async get(path: string): Promise<unknown> {
    return this.ask('GET', path);
  }

  private async ask(method: string, path: string, content?: object): Promise<unknown> {
    const request = `${method} ${path.replace(/\?.*$/, '')}`;
    try {
      const response = await this.send({ method, url: `${this.api}${path}`, content });
      if (response.ok) return await jsonOf(response);
      throw new GitlabError(
        `${request}: ${reasonFor(response.status)}${await this.saidIn(response)}`,
        OF_ONE_RUNNER.includes(response.status),
        response.status,
      );
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new GitlabError(`${request}: ${error.message}`);
    }
  }

  /** Sends a request, again while GitLab says that it is busy. */
  private async send(request: Omit<ApiRequest, 'headers'>): Promise<Response> {
    const { answerMilliseconds } = this.settings;
    const headers = { 'private-token': this.token };
    for (let attempt = 1; ; attempt++) {
      const response = await answerTo({ ...request, headers, answerMilliseconds });
      if (!BUSY.includes(response.status) || attempt === ATTEMPTS) return response;
      await response.body?.cancel();
      await pause(this.waitFor(response, attempt));
    }
  }

  /** What GitLab says of a value that it refuses, without the token. */
  private async saidIn(response: Response): Promise<string> {
    if (!VALUE_REFUSED.includes(response.status)) return '';
    const { message, error } = fieldsOf(await response.json().catch(() => undefined));
    const said = isTable(message)
      ? Object.entries(message).map(([key, faults]) => `${key} ${listOf(faults).join(', ')}`)
      : [textOf(message) ?? textOf(error) ?? ''];
    const text = said.join('; ').replaceAll(this.token, '[token]').slice(0, MOST_SAID);
    return text === '' ? '' : `: ${text}`;
  }

  private waitFor(response: Response, attempt: number): number {
    const { mostWaitMilliseconds = 60_000 } = this.settings;
    const asked = Number(response.headers.get('retry-after')) * 1000;
    return Math.min(asked > 0 ? asked : 1000 * 2 ** attempt, mostWaitMilliseconds);
  }
}

function pathOf({ group, project, all }: RunnerScope): string {
  if (group !== undefined) return `/groups/${encodeURIComponent(group)}/runners`;
  if (project !== undefined) return `/projects/${encodeURIComponent(project)}/runners`;
  return all === true ? '/runners/all' : '/runners';
}

function reasonFor(status: number): string {
  if (status === 401) return 'GitLab rejects the token: it is wrong, expired or revoked (401)';
  if (status === 403)
    return 'the token is not allowed to do this (403): status needs the scope read_api, apply needs manage_runner or api, and both need the role Maintainer or Owner where the runner is';
  if (VALUE_REFUSED.includes(status)) return `GitLab refuses a value (${status})`;
  if (status === 404) return "not found (404): the path is wrong, or this token can't see what it names";
  if (status >= 300 && status < 400)
    return `GitLab redirects this request (${status}): set gitlabUrl to the address that it redirects to`;
  return status === 429 ? 'GitLab limits requests (429): try again later' : `GitLab answers ${status}`;
}
