import { selects } from '../cluster/label-selector';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { at, fieldsOf, textOf, textsOf } from '../values/record';

/** Address of a session server, for web terminals, that no Service leads to; undefined where there is none, or one does. */
export function unreachedSession(
  { config, manager }: ObservedRunner,
  manifests: readonly Manifest[],
): string | undefined {
  const address = textOf(at(config.parsed, ['session_server', 'listen_address']));
  if (manager === undefined || !address) return undefined;
  const labels = textsOf(at(manager.body, ['spec', 'template', 'metadata', 'labels']));
  const isReached = ofKind(manifests, 'Service').some((service) => {
    const selector = fieldsOf(at(service.body, ['spec', 'selector']));
    const isOurs = service.namespace === manager.namespace && Object.keys(selector).length > 0;
    return isOurs && selects({ matchLabels: selector }, labels);
  });
  return isReached ? undefined : address;
}
