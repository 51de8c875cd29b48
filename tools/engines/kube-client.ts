import { Agent, request } from 'node:https';

/** How to reach an API server as its administrator. */
export interface KubeAccess {
  /** As `https://127.0.0.1:6443`. */
  readonly url: string;
  readonly token: string;
  /** Certificate of the server, PEM. */
  readonly ca: string;
}

/** An object of the API server, of any kind. */
// biome-ignore lint/suspicious/noExplicitAny: kinds of many APIs, looked into by tests
export type KubeObject = any;

/** What the API server refused, with its status code. */
export class KubeError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const METADATA_ALONE = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** JSON to and from an API server. */
export class KubeClient {
  private readonly agent: Agent;

  constructor(readonly access: KubeAccess) {
    this.agent = new Agent({ ca: access.ca, keepAlive: true, maxSockets: 16 });
  }

  /** @throws KubeError for an answer of 400 and above */
  get(path: string): Promise<KubeObject> {
    return this.send('GET', path);
  }

  /** The object, or undefined where there is none. */
  async find(path: string): Promise<KubeObject | undefined> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof KubeError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** The objects of a list. */
  async list(path: string): Promise<readonly KubeObject[]> {
    return (await this.get(path)).items;
  }

  /** How many objects a list has, read from the server's cache without what they hold. */
  async count(path: string, fieldSelector: string): Promise<number> {
    const query = `resourceVersion=0&fieldSelector=${encodeURIComponent(fieldSelector)}`;
    const { items } = await this.send('GET', `${path}?${query}`, undefined, undefined, METADATA_ALONE);
    // A list of nothing has null.
    return (items ?? []).length;
  }

  create(path: string, body: KubeObject): Promise<KubeObject> {
    return this.send('POST', path, body);
  }

  /** Writes a whole object, as of the version that it holds. */
  replace(path: string, body: KubeObject): Promise<KubeObject> {
    return this.send('PUT', path, body);
  }

  patch(path: string, body: KubeObject): Promise<KubeObject> {
    return this.send('PATCH', path, body, 'application/merge-patch+json');
  }

  /** Server-side apply, as Flux does it. */
  apply(path: string, body: KubeObject, fieldManager: string, query = ''): Promise<KubeObject> {
    const url = `${path}?fieldManager=${fieldManager}&force=true${query}`;
    return this.send('PATCH', url, body, 'application/apply-patch+yaml');
  }

  /** Deletes an object, if it is there. */
  async delete(path: string, body?: KubeObject): Promise<void> {
    try {
      await this.send('DELETE', path, body);
    } catch (error) {
      if (!(error instanceof KubeError && error.code === 404)) throw error;
    }
  }

  private send(
    method: string,
    path: string,
    body?: KubeObject,
    contentType = 'application/json',
    accept = 'application/json',
  ): Promise<KubeObject> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${this.access.token}`,
      accept,
      ...(payload !== undefined && {
        'content-type': contentType,
        'content-length': Buffer.byteLength(payload),
      }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.access.url}${path}`,
        { method, headers, agent: this.agent },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => {
            const code = response.statusCode ?? 0;
            const answer = parse(text);
            if (code < 400) resolve(answer);
            else reject(new KubeError(code, `${method} ${path}: ${answer?.message ?? text}`));
          });
        },
      );
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}

/** JSON where it is JSON: `/readyz` and the like answer with a word. */
function parse(text: string): KubeObject {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
