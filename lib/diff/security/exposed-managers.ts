import { selects } from '../../cluster/label-selector';
import { displayName, type Manifest } from '../../cluster/manifest';
import type { ObservedRunner, Subject } from '../../cluster/observe';
import { at, fieldsOf, listOf, textOf, textsOf } from '../../values/record';
import { type ChangedObject, changed, changesOf, distinct, type Impact, impact, type Rule } from '../rule';
import { runnerPairs } from './runner-pairs';

/** Services of managers, and the addresses at which GitLab opens terminals of their jobs. */
export const exposedManagers: Rule = {
  id: 'exposed-managers',
  title: 'A Service of managers decides who reaches them; GitLab opens the terminals of jobs through it.',
  run: (comparison) => [
    // Runners of one config have one session server.
    ...distinct(runnerPairs(comparison).flatMap(({ before, after }) => otherAddress(before, after))),
    ...changesOf(comparison, 'Service').flatMap((change) => {
      const { before, after } = change;
      if (before !== undefined && after === undefined) return closing(change, before, comparison.before);
      if (after === undefined || !PATHS.some((path) => before === undefined || changed(change, path)))
        return [];
      const managers = managersSelectedBy(after, comparison.after);
      if (managers.length === 0) return [];
      const what = `It leads to ${managers.join(', ')} at port ${portsOf(after)}, as ${typeOf(after)}.`;
      const why =
        before === undefined
          ? 'It is new: everyone whom network policies let in reaches the managers through it.'
          : 'Its spec or its annotations changed; controllers of load balancers read both.';
      return [impact('exposed-managers', 'security', change, what, why)];
    }),
  ],
};

/** Where GitLab looks for terminals, if that is not where it looked before. */
function otherAddress(before: ObservedRunner | undefined, after: ObservedRunner): Impact[] {
  const [old, now] = [before, after].map((runner) => runner && sessionAddress(runner));
  if (now === undefined || now === old) return [];
  const what = `GitLab opens terminals of its jobs at ${now}${old === undefined ? '' : `, before at ${old}`}.`;
  const why = 'It connects there for each terminal, and sends the token of the session.';
  return [
    { id: 'exposed-managers', weight: 'security', object: displayName(after.config.manifest), what, why },
  ];
}

function sessionAddress({ config }: ObservedRunner): string | undefined {
  const { advertise_address: advertised, listen_address: own } = fieldsOf(
    at(config.parsed, ['session_server']),
  );
  return textOf(advertised) || textOf(own);
}

function closing(change: ChangedObject, service: Manifest, known: Subject): Impact[] {
  const managers = managersSelectedBy(service, known);
  if (managers.length === 0) return [];
  const what = `No Service leads to ${managers.join(', ')} any more: terminals of jobs can't be opened.`;
  return [impact('exposed-managers', 'notice', change, what, 'GitLab reaches managers through it.')];
}

const PATHS = ['spec', 'metadata.annotations'];

/** Names of the managers whose pods a Service selects. */
export function managersSelectedBy(service: Manifest, { runners }: Subject): readonly string[] {
  const selector = fieldsOf(at(service.body, ['spec', 'selector']));
  if (Object.keys(selector).length === 0) return [];
  const names = runners.flatMap(({ manager }) => {
    if (manager === undefined || manager.namespace !== service.namespace) return [];
    const labels = textsOf(at(manager.body, ['spec', 'template', 'metadata', 'labels']));
    return selects({ matchLabels: selector }, labels) ? [manager.name] : [];
  });
  return [...new Set(names)];
}

function portsOf({ body }: Manifest): string {
  return listOf(at(body, ['spec', 'ports']))
    .map((one) => String(fieldsOf(one).port))
    .join(', ');
}

function typeOf({ body }: Manifest): string {
  const { loadBalancerSourceRanges: ranges, type } = fieldsOf(at(body, ['spec']));
  const from = listOf(ranges).map(String).join(', ');
  return `${textOf(type) ?? 'ClusterIP'}${from === '' ? '' : ` for ${from}`}`;
}
