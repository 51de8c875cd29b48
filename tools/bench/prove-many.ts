import { renderFleets } from '../../lib/app/render';
import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { CATALOGUE } from '../../lib/karpenter/instance-types';

/**
 * Proves as many runners as the first argument says, each with a request of its own so that none is remembered from
 * another, against five pools and all instance types; prints the time from parsed manifests to findings as JSON.
 */
const count = Number(process.argv[2]);
const fleet: RunnerFleetProps = {
  name: 'bench',
  runners: Array.from({ length: count }, (_, index) => ({
    name: `runner-${index}`,
    arch: index % 2 === 0 ? 'amd64' : 'arm64',
    capacity: index % 3 === 0 ? 'on-demand' : 'spot',
    concurrency: 1,
    build: { cpu: { request: `${1000 + index}m` } },
  })),
};
const { manifests } = parseManifests(renderFleets(resolveFleets([fleet], new Map())));

const start = performance.now();
const subject = observe(manifests);
const { findings } = runChecks(subject);
const milliseconds = Math.round(performance.now() - start);
if (findings.some(({ severity }) => severity === 'error'))
  throw new Error('the fleet of the benchmark has errors');
console.log(
  JSON.stringify({ runners: count, pools: subject.pools.length, types: CATALOGUE.types, milliseconds }),
);
