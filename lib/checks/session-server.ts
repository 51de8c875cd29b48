import { letsIn, waysOf } from '../cluster/allowed-traffic';
import { selects } from '../cluster/label-selector';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';

/** A session server, for web terminals, that nothing reaches: its address and why. */
export interface UnreachedSession {
  readonly address: string;
  readonly why: string;
}

/** The session server that nothing reaches; undefined without one, or if a Service and the network policies lead to it. */
export function unreachedSession(
  { config, manager, managerPod }: ObservedRunner,
  manifests: readonly Manifest[],
): UnreachedSession | undefined {
  const address = textOf(at(config.parsed, ['session_server', 'listen_address']));
  if (manager === undefined || !address) return undefined;
  const labels = textsOf(at(manager.body, ['spec', 'template', 'metadata', 'labels']));
  const services = ofKind(manifests, 'Service').filter((service) => {
    const selector = fieldsOf(at(service.body, ['spec', 'selector']));
    const isOurs = service.namespace === manager.namespace && Object.keys(selector).length > 0;
    return isOurs && selects({ matchLabels: selector }, labels);
  });
  if (services.length === 0)
    return {
      address,
      why: 'no Service here selects the pods of the manager: GitLab reaches no terminal, whatever is advertised',
    };
  const port = /:(\d+)$/.exec(address)?.[1];
  // The runner can't listen on a port without a number, which another rule reports.
  if (port === undefined) return undefined;
  const names = [port, ...namesOfPort(managerPod, port)];
  if (!services.some((service) => targetsOf(service).some((target) => names.includes(target))))
    return {
      address,
      why: `no Service of the manager leads to its port ${port}: GitLab reaches no terminal`,
    };
  const policies = ofKind(manifests, 'NetworkPolicy').filter(
    ({ namespace }) => namespace === manager.namespace,
  );
  const isOpen = letsIn(waysOf(policies, labels, 'ingress'), Number(port), names);
  if (isOpen) return undefined;
  return { address, why: `network policies let nothing in at port ${port}: GitLab reaches no terminal` };
}

/** Names that containers of a manager give a port. */
function namesOfPort(pod: unknown, port: string): readonly string[] {
  return listOf(at(pod, ['containers'])).flatMap((container) =>
    listOf(fieldsOf(container).ports).flatMap((one) => {
      const { containerPort, name } = fieldsOf(one);
      return String(containerPort) === port ? (textOf(name) ?? []) : [];
    }),
  );
}

/** Ports of pods that a Service leads to, by number or name. */
function targetsOf({ body }: Manifest): readonly string[] {
  return listOf(at(body, ['spec', 'ports'])).flatMap((one) => {
    const { port, targetPort } = fieldsOf(one);
    return String(targetPort ?? port);
  });
}
