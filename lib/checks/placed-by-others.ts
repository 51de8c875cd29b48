import type { ObservedRunner, PlacedPod } from '../cluster/observe';
import { type PodTerm, podTermsOf, takesItself } from '../cluster/pod-terms';
import { concurrencyOf } from '../cluster/runners';
import { fieldsOf, textOf } from '../values/record';
import type { FieldOfManifest, Finding } from './finding';
import { LANDS_RULES } from './lands-rules';

const { finding } = LANDS_RULES;

/** Kubernetes' own, whose rules Karpenter follows. */
const DEFAULT_SCHEDULER = 'default-scheduler';

const HOSTNAME = 'kubernetes.io/hostname';

/** A pod with how many of it there are at once, and where its fields are written. */
interface Kind {
  readonly placed: PlacedPod | undefined;
  readonly atOnce: number;
  readonly isJob: boolean;
  readonly at: (field: 'affinity' | 'scheduler') => FieldOfManifest;
}

/** What decides where pods land besides pools: other pods, and a scheduler that is not Kubernetes' own. */
export function placedByOthers(
  runner: ObservedRunner,
  matches: (placed: PlacedPod) => boolean,
): readonly Finding[] {
  const { config, index, manager } = runner;
  const inTable = (key: string): FieldOfManifest => ({
    manifest: config.manifest,
    path: config.path,
    within: `runners[${index}].kubernetes.${key}`,
  });
  const job: Kind = {
    placed: runner.job,
    atOnce: concurrencyOf(runner),
    isJob: true,
    at: (field) => inTable(field === 'scheduler' ? 'scheduler_name' : field),
  };
  const ofManager = manager && {
    placed: runner.managerPlaced,
    atOnce: runner.replicas,
    isJob: false,
    at: (field: string): FieldOfManifest => ({
      manifest: manager,
      path: ['spec', 'template', 'spec', field === 'scheduler' ? 'schedulerName' : field],
    }),
  };
  return [job, ...(ofManager ? [ofManager] : [])].flatMap((kind) =>
    // What lands nowhere has a finding already.
    kind.placed && matches(kind.placed) ? findingsOf(kind, kind.placed) : [],
  );
}

function findingsOf(kind: Kind, placed: PlacedPod): Finding[] {
  const { schedulerName, nodeName } = fieldsOf(placed.spec);
  // Whoever names a node leaves no scheduler a choice.
  const scheduler = textOf(nodeName)
    ? `the node ${textOf(nodeName)}`
    : (textOf(schedulerName) ?? DEFAULT_SCHEDULER);
  const notProved = { severity: 'note', notProved: true } as const;
  const affinity = affinityReason(kind, placed);
  return [
    ...(affinity === undefined
      ? []
      : [
          finding('other-pods', {
            ...notProved,
            at: kind.at('affinity'),
            found: affinity.found,
            why: `${affinity.why}: that the ${placed.pod.title} lands is not proved`,
            fix: 'prefer it instead of requiring it, or look at the pods that it names',
          }),
        ]),
    ...(scheduler === DEFAULT_SCHEDULER || scheduler === ''
      ? []
      : [
          finding('other-scheduler', {
            ...notProved,
            at: kind.at('scheduler'),
            found: scheduler,
            why: textOf(nodeName)
              ? `the ${placed.pod.title} names its node, and no scheduler is asked: whether that node exists is not proved`
              : `another scheduler places the ${placed.pod.title}, if it runs, by rules that are not known here: whether it lands is not proved`,
            fix: 'leave it to the default scheduler, or look at what this one does',
          }),
        ]),
  ];
}

interface Reason {
  readonly found: string;
  readonly why: string;
}

function affinityReason(kind: Kind, { pod, spec }: PlacedPod): Reason | undefined {
  const { near, far } = podTermsOf(spec);
  const own = (term: PodTerm) => takesItself(term, pod);
  // Kubernetes lets the first pod in where all terms are for pods like itself.
  if (near.length > 0 && !near.every(own)) {
    const found = near.filter((term) => !own(term)).map(({ text }) => text);
    return { found: found.join('; '), why: 'it must land beside a pod of which nothing is known here' };
  }
  const single = near.find(({ topologyKey }) => topologyKey === HOSTNAME);
  if (single && kind.atOnce > 1)
    return { found: single.text, why: `all ${kind.atOnce} at once must land on one node` };
  const apart = far.find((term) => own(term) && (kind.isJob || term.topologyKey !== HOSTNAME));
  if (apart && kind.atOnce > 1)
    return { found: apart.text, why: `none of ${kind.atOnce} at once may land beside another one` };
  // A node that Karpenter starts is empty: nobody is there to stay away from.
  const foreign = far.find((term) => !own(term) && term.topologyKey !== HOSTNAME);
  return (
    foreign && { found: foreign.text, why: 'it must stay away from pods of which nothing is known here' }
  );
}
