import type { PipelineJob } from './job';
import { keyOf } from './node';
import type { Offer } from './offer';
import { type PipelineProblem, problem } from './problem';
import { namesVariable } from './variables';

/** Images and services whose names depend on a variable that nothing here gives, on runners that allow some names alone. */
export function openImageProblems(job: PipelineJob, offers: readonly Offer[]): readonly PipelineProblem[] {
  const image = { name: job.image, at: keyOf(job.table, 'image')?.at ?? job.at };
  return offers.flatMap(({ runner }) => {
    const { allowed_images, allowed_services } = runner.observed?.runner.table.kubernetes ?? {};
    return [
      ...(isLimit(allowed_images) ? [{ ...image, what: 'image', key: 'allowed_images' }] : []),
      ...(isLimit(allowed_services)
        ? job.services.map((one) => ({ ...one, what: 'service', key: 'allowed_services' }))
        : []),
    ]
      .filter(({ name }) => name !== undefined && namesVariable(name))
      .map(({ name, at, what, key }) => ({
        ...problem(
          'refused',
          'note',
          at,
          {
            found: `${what} ${name}`,
            why: `whether the runner ({runners}) allows it (${key}) depends on a variable without a known value`,
            fix: 'give the variable: --variable <name>=<value>',
          },
          { jobs: [job.name], runners: [runner.name] },
        ),
        notProved: true,
      }));
  });
}

/** A list that some names are not on. */
function isLimit(patterns: readonly string[] | undefined): boolean {
  return patterns !== undefined && patterns.length > 0 && !patterns.includes('**');
}
