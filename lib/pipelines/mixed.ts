import { foundTags, type PipelineJob } from './job';
import type { Offer } from './offer';
import { type PipelineProblem, type PipelineRule, problem } from './problem';

/** Times the lower price from which a difference is reported. */
const FAR_APART = 2;

/** Runners of different kinds that may take one job: the first to ask gets it. */
export function mixProblems(job: PipelineJob, offers: readonly Offer[]): readonly PipelineProblem[] {
  const running = offers.filter(({ refusal, noRoom }) => refusal === undefined && noRoom === undefined);
  const said = (rule: PipelineRule, why: string, fix: string) =>
    problem(rule, 'warning', job.tagsAt, { found: foundTags(job), why, fix }, { jobs: [job.name] });
  const isMixed = (kind: (offer: Offer) => string | undefined) =>
    new Set(running.map(kind).filter((one) => one !== undefined && one !== '')).size > 1;
  const arch = isMixed(({ arches }) => arches.join(' and '));
  const capacity = isMixed((offer) => offer.capacity);
  const extremes = extremesOf(running);
  return [
    ...(arch
      ? [
          said(
            'mixed-arch',
            `the runner that asks first takes it: ${listed(running, ({ arches }) => arches.join(' and '))}`,
            'add a tag of one architecture, or build the image for all of them',
          ),
        ]
      : []),
    ...(capacity
      ? [
          said(
            'mixed-spot',
            `the runner that asks first takes it: ${listed(running, (offer) => offer.capacity)}`,
            'add a tag of one of them, for example spot or on-demand; if both are fine, add the retry that Spot needs',
          ),
        ]
      : []),
    // Where the kind is another, the price is too.
    ...(extremes === undefined || arch
      ? []
      : [
          said(
            'mixed-price',
            `the runner that asks first takes it: ${listed(extremes, ({ price }) => `USD ${price?.usdPerMinute.toFixed(4)} a minute on demand`)}`,
            'add a tag that only the intended runner has',
          ),
        ]),
  ];
}

/** The cheapest and the most expensive offer, if their prices are far apart. */
function extremesOf(offers: readonly Offer[]): readonly Offer[] | undefined {
  const priced = offers
    .filter(({ price }) => price !== undefined)
    .sort((a, b) => (a.price?.usdPerMinute ?? 0) - (b.price?.usdPerMinute ?? 0));
  const [first, last] = [priced[0], priced.at(-1)];
  if (first?.price === undefined || last?.price === undefined) return undefined;
  return last.price.usdPerMinute >= FAR_APART * first.price.usdPerMinute && first !== last
    ? [first, last]
    : undefined;
}

function listed(offers: readonly Offer[], kind: (offer: Offer) => string | undefined): string {
  return offers
    .flatMap((offer) => {
      const text = kind(offer);
      return text === undefined || text === '' ? [] : [`${offer.runner.name} (${text})`];
    })
    .join(', ');
}
