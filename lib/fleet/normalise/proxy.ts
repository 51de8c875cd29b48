import type { NormalProxy } from '../normal-fleet';
import type { ProxyProps } from '../props/proxy';

/** A proxy for both kinds of requests, and what goes past it. */
export function normaliseProxy({ http, https, noProxy }: ProxyProps): NormalProxy {
  return { http, https: https ?? http, noProxy: noProxy ?? [] };
}
