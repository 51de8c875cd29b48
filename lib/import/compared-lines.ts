import type { Comparison, Difference } from '../compare/compare';
import { isLowerLimit, isNewLimit } from '../compare/reasons';
import type { Line } from './line';

/** What to decide of a comparison: limits that jobs did not have, and what their namespace now keeps them from. */
export function comparedLines(
  { runners }: Comparison,
  names: Readonly<Record<string, string>>,
): readonly Line[] {
  return runners.flatMap(({ before, differences }) => {
    const ofUsual = new Set(differences.filter(({ of }) => of === 'job').map(({ path }) => path));
    return differences
      .filter(({ of, path }) => of !== 'largest job' || !ofUsual.has(path))
      .flatMap((one) => limitLine(one) ?? guardLine(one) ?? [])
      .map((line) => ({ ...line, runner: names[before] ?? before }));
  });
}

type Decision = Omit<Line, 'runner'>;

/** What happens to a container that uses more. */
const ENDS: Readonly<Record<string, string>> = {
  memory: 'a container that uses more is killed',
  'ephemeral-storage': 'the pod of a container that uses more is evicted',
  cpu: 'a container that wants more is slowed down',
};

function limitLine(one: Difference): Decision | undefined {
  const [, container, resource] = /^([\w-]+)\.resources\.limits\.([\w-]+)$/.exec(one.path) ?? [];
  // Init containers of the executor have the limits of the helper.
  if (container === undefined || container.startsWith('init-')) return undefined;
  if (!isNewLimit(one) && !isLowerLimit(one)) return undefined;
  const group = container === 'build' || container === 'helper' ? container : 'service';
  const option = resource.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const most = one.of === 'largest job' ? 'at most ' : '';
  const why = `${one.before ?? 'none'} -> ${most}${one.after}: ${ENDS[resource] ?? 'jobs may have had more'}; raise it if jobs need more`;
  return { kind: 'decide', from: one.path, to: `${group}.${option}.limit`, why };
}

/** Guards whose reason says what to open. */
const GUARDS: Readonly<Record<string, string>> = {
  'namespace.egress': 'network.jobPorts, network.jobEgress',
  'namespace.pod security': 'podSecurity of the namespace',
};

function guardLine({ path, before, after, why }: Difference): Decision | undefined {
  const to = GUARDS[path];
  if (to === undefined || why === undefined) return undefined;
  return { kind: 'decide', from: path, to, why: `${before ?? 'none'} -> ${after ?? 'none'}: ${why}` };
}
