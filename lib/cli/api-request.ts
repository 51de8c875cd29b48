/** A request to the API of a server. */
export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  /** Holds the token. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent, as JSON. */
  readonly content?: object;
  /** Milliseconds until an answer has to be there. @default 30,000 */
  readonly answerMilliseconds?: number;
}

/** No answer came, or one that can't be read; the message says why, and never holds the token. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const ANSWER_MILLISECONDS = 30_000;

/**
 * Sends a request. A redirect is the answer and is not followed: the header with the token would go to another host with it.
 *
 * @throws NoAnswer if the server can't be reached or is too slow
 */
export async function answerTo({
  method,
  url,
  headers,
  content,
  answerMilliseconds = ANSWER_MILLISECONDS,
}: ApiRequest): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: { ...headers, ...(content && { 'content-type': 'application/json' }) },
      body: content && JSON.stringify(content),
      redirect: 'manual',
      signal: AbortSignal.timeout(answerMilliseconds),
    });
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new NoAnswer(
      name === 'TimeoutError'
        ? `no answer within ${answerMilliseconds / 1000} s`
        : cause?.message || cause?.code || message,
    );
  }
}

/** The JSON of an answer. @throws NoAnswer if it is something else, or stops midway */
export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new NoAnswer('the answer is not JSON: is this the address of the API?');
    throw new NoAnswer('the answer stopped midway');
  }
}
