import { type ResourceOrder, resourceDisorders } from '../../gitlab-runner/resource-order';
import type { Faults } from '../fault';
import type { NormalContainer, NormalRange, NormalRunner } from '../normal-fleet';
import { checkBytes, checkCpu } from './fields';

/** Reports requests, limits and ceilings of a job's containers that are not amounts, or are in the wrong order. */
export function checkResources(faults: Faults, { resources }: NormalRunner): void {
  checkContainer(faults.at('build'), resources.build);
  checkContainer(faults.at('helper'), resources.helper);
  checkContainer(faults.at('service'), resources.service);
}

function checkContainer(faults: Faults, { cpu, memory, ephemeralStorage }: NormalContainer): void {
  checkRange(faults.at('cpu'), cpu, checkCpu);
  checkRange(faults.at('memory'), memory, checkBytes);
  checkRange(faults.at('ephemeralStorage'), ephemeralStorage, checkBytes);
}

const RULES: Record<ResourceOrder, string> = {
  'request-limit': 'a request above its limit: the API server refuses every job pod',
  'request-maxRequest': 'a request above its ceiling: a job that asks for the default would be refused',
  'limit-maxLimit': 'a limit above its ceiling: a job that asks for the default would be refused',
  'maxRequest-limit':
    'a ceiling above the limit: a job that asks for it gets a pod that the API server refuses, unless it may raise its limit too',
};

function checkRange(faults: Faults, range: NormalRange, check: typeof checkCpu): void {
  const amount = (field: keyof NormalRange) =>
    range[field] === undefined ? undefined : check(faults, field, range[field]);
  const amounts = {
    request: amount('request'),
    limit: amount('limit'),
    maxRequest: amount('maxRequest'),
    maxLimit: amount('maxLimit'),
  };
  for (const { order, lower, upper } of resourceDisorders(amounts)) {
    faults.add(
      lower,
      range[lower],
      `${RULES[order]} (${upper} is ${range[upper]})`,
      `lower it to "${range[upper]}" or raise ${upper}`,
    );
  }
}
