import type { FleetRunner } from './fleet';
import type { PipelineJob } from './job';
import { tagsToWrite } from './no-runner';
import type { Offer } from './offer';
import { type PipelineProblem, problem } from './problem';

/** Docker in a container, by the names of its images. Rootless ones need other things. */
const DAEMON = /(^|\/)docker:[\w.-]*dind(?!-rootless)[\w.-]*(@.*)?$/;
/** The official image by its version alone: the client up to 20.10, the daemon since 23.0, and so is its latest. */
const PLAIN =
  /^(?:(?:[\w.:-]+\/)*library\/|docker\.io\/)?docker(?::(?:latest|(\d+)(?:\.\d+)*(?:-alpine[\d.]*)?))?(?:@.*)?$/;
const FIRST_DAEMON = 23;

/** Whether the image of a service is a Docker daemon that needs a privileged container. */
export function isDaemon(image: string): boolean {
  if (DAEMON.test(image)) return true;
  const plain = PLAIN.exec(image);
  return plain !== null && Number(plain[1] ?? FIRST_DAEMON) >= FIRST_DAEMON;
}

/** Whether a runner starts a Docker daemon for every job. */
export function hasOwnDaemon({ observed }: FleetRunner): boolean {
  const own = observed?.runner.table.kubernetes.services ?? [];
  return own.some(({ name }) => name !== undefined && isDaemon(name));
}

/** Whether services of a job are privileged on a runner, as a Docker daemon has to be. */
export function isPrivileged({ observed }: FleetRunner): boolean {
  const kubernetes = observed?.runner.table.kubernetes;
  return (kubernetes?.service_container_security_context?.privileged ?? kubernetes?.privileged) === true;
}

/** Docker daemons on runners that run no privileged containers. */
export function daemonProblems(
  job: PipelineJob,
  offers: readonly Offer[],
  fleet: readonly FleetRunner[],
): readonly PipelineProblem[] {
  const daemon = job.services.find(({ name }) => isDaemon(name));
  if (daemon === undefined) return [];
  const words = {
    found: `service ${daemon.name}`,
    why: 'a Docker daemon needs a privileged container, and the runner ({runners}) runs none: the daemon does not start',
    fix: `build with rootless BuildKit or Buildah, or ${otherRunner(fleet)}`,
  };
  return offers
    .filter(({ runner }) => !isPrivileged(runner) && runner.observed !== undefined)
    .map(({ runner }) =>
      problem('docker-in-docker', 'error', daemon.at, words, { jobs: [job.name], runners: [runner.name] }),
    );
}

/** The runner of a fleet where a daemon starts, by its tags. */
function otherRunner(fleet: readonly FleetRunner[]): string {
  const open = fleet.filter((runner) => (runner.tags ?? []).length > 0 && isPrivileged(runner));
  const found = open.find(hasOwnDaemon) ?? open[0];
  if (found === undefined) return 'add a runner with dockerInDocker to the fleet';
  const tags = `write tags: [${tagsToWrite(found, fleet).join(', ')}]`;
  return hasOwnDaemon(found)
    ? `${tags} and remove the service: ${found.name} starts a Docker daemon for every job`
    : tags;
}
