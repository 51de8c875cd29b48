/**
 * What API servers ask of Services beyond the types of their fields.
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go, ValidateService
 */
import { isIpBlock } from '../values/address-block';
import type { FieldPath } from '../values/field-path';
import { isDnsLabel } from '../values/label';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { isPortName, PORT_NAME_WANTED } from './container-values';
import { isOpen, LABEL, nameFault, type RefusedValue } from './refused-value';

/** Values of a Service that API servers refuse; the way to each starts at the top. */
export function serviceFaults({ spec }: Fields): RefusedValue[] {
  const fields = fieldsOf(spec);
  const ports = listOf(fields.ports).map(fieldsOf);
  return [
    ...noPortFaults(fields),
    ...ports.flatMap((port, index) => [
      ...numberFaults(port, ['spec', 'ports', index]),
      ...portNameFaults(ports, index),
      ...twiceFaults(ports, index),
    ]),
    ...balancerFaults(fields),
  ];
}

function noPortFaults({ ports, clusterIP, type }: Fields): RefusedValue[] {
  const isWithout = [clusterIP, type].some((one) => isOpen(textOf(one) ?? ''));
  if (isWithout || clusterIP === 'None' || type === 'ExternalName' || isSomething(ports)) return [];
  return [
    {
      path: ['spec', 'ports'],
      found: 'nothing',
      why: 'a Service with a cluster IP needs at least one port',
      fix: 'write one',
    },
  ];
}

/** A list with an entry, or what the rule of types objects to. */
function isSomething(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
}

const PORTS_WANTED = 'ports are numbers from 1 to 65535';

function numberFaults({ port, targetPort }: Fields, path: FieldPath): RefusedValue[] {
  const name = typeof targetPort === 'string' ? targetPort : '';
  return [
    // A target of 0 stands for the port itself.
    ...Object.entries({ port, targetPort: targetPort === 0 ? undefined : targetPort })
      .filter(([, value]) => typeof value === 'number' && (value < 1 || value > 65_535))
      .map(([key, value]) => ({
        path: [...path, key],
        found: String(value),
        why: PORTS_WANTED,
        fix: 'write such a number',
      })),
    ...nameFault([[...path, 'targetPort'], name], isPortName, PORT_NAME_WANTED),
  ];
}

/** One port alone may have no name. */
function portNameFaults(ports: readonly Fields[], index: number): RefusedValue[] {
  const path = ['spec', 'ports', index, 'name'];
  const names = ports.map(({ name }) => textOf(name) ?? '');
  const name = names[index];
  if (name === '')
    return ports.length === 1
      ? []
      : [
          {
            path,
            found: 'nothing',
            why: 'a Service with several ports must name each of them',
            fix: 'give it one',
          },
        ];
  if (names.indexOf(name) < index)
    return [{ path, found: name, why: 'names of ports must differ', fix: 'give it another name' }];
  return nameFault([path, name], isDnsLabel, LABEL);
}

function twiceFaults(ports: readonly Fields[], index: number): RefusedValue[] {
  const idOf = ({ port, protocol = 'TCP' }: Fields) => `${port}/${protocol}`;
  const isFirst = ports.findIndex((one) => idOf(one) === idOf(ports[index])) === index;
  if (isFirst || typeof ports[index].port !== 'number') return [];
  return [
    {
      path: ['spec', 'ports', index, 'port'],
      found: idOf(ports[index]),
      why: 'a port and its protocol may appear only once',
      fix: 'remove one of them',
    },
  ];
}

/** What only Services of the type LoadBalancer may have. */
function balancerFaults({ type = 'ClusterIP', loadBalancerClass, loadBalancerSourceRanges }: Fields) {
  const ranges = listOf(loadBalancerSourceRanges).map(String);
  if (type === 'LoadBalancer')
    return ranges.flatMap((range, index) =>
      isOpen(range) || isIpBlock(range.trim())
        ? []
        : [
            {
              path: ['spec', 'loadBalancerSourceRanges', index],
              found: range,
              why: 'a block of addresses is required, for example 10.0.0.0/16',
              fix: 'write such a block',
            },
          ],
    );
  const own = { loadBalancerClass, loadBalancerSourceRanges: ranges[0] };
  return Object.entries(own)
    .filter(([, value]) => value !== undefined && value !== null && !isOpen(textOf(type) ?? ''))
    .map(([key, value]) => ({
      path: ['spec', key],
      found: String(value),
      why: `a Service of type ${type} has no load balancer`,
      fix: 'write type: LoadBalancer, or leave it out',
    }));
}
