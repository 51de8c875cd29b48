import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { ObservedRunner } from './observe';

/** The port of `listen_address` where it names none. */
const USUAL_PORT = 9252;
/** What a manager answers at its `listen_address`. */
const ANSWERED = /^\/(?:metrics|health\/ready|debug\/(?:jobs\/list|process\/state|pprof(?:\/.*)?))(?:\?.*)?$/;

/**
 * Why a manager never answers a probe, as the rest of a sentence whose subject is the probe; undefined where it may. Nothing is
 * said of what does not ask the pod by HTTP, nor of a manager whose config.toml does not say where it listens.
 */
export function unansweredBy(
  probe: unknown,
  container: Fields,
  { config, managerPod }: Pick<ObservedRunner, 'config' | 'managerPod'>,
): string | undefined {
  const address = textOf(config.parsed?.listen_address);
  const { httpGet } = fieldsOf(probe);
  if (address === undefined || address === '' || httpGet === undefined || !isManager(container, managerPod))
    return undefined;
  const { host, port, path, scheme } = fieldsOf(httpGet);
  if (host !== undefined) return undefined;
  const [, listensOn = '', listened = String(USUAL_PORT)] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  if (/^(?:localhost|127\.|\[::1\]|::1$)/.test(listensOn))
    return `asks the address of the pod, and listen_address is ${address}`;
  const asked = portOf(port, container);
  if (asked === undefined) return `asks the port ${textOf(port)}, which the container does not name`;
  if (asked !== Number(listened)) return `asks port ${asked}, and listen_address is ${address}`;
  if ((textOf(scheme) ?? 'HTTP').toUpperCase() !== 'HTTP')
    return `asks by ${textOf(scheme)}, and the manager answers plain HTTP`;
  const place = textOf(path) ?? '/';
  return ANSWERED.test(place) ? undefined : `asks ${place}, which the manager answers with 404`;
}

/** Whether a container is the one that runs the manager, and not one beside it. */
function isManager({ image }: Fields, { containers }: Fields): boolean {
  return listOf(containers).length === 1 || /gitlab-runner/.test(textOf(image) ?? '');
}

/** The number of a port that a probe names. */
function portOf(port: unknown, { ports }: Fields): number | undefined {
  if (/^\d+$/.test(textOf(port) ?? '')) return Number(port);
  const named = listOf(ports)
    .map(fieldsOf)
    .find(({ name }) => name === port);
  return named && Number(named.containerPort);
}
