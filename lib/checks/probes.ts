import { managerImageOf, managerRelease } from '../cluster/manager-image';
import { unansweredBy } from '../cluster/manager-probes';
import type { Manifest } from '../cluster/manifest';
import { mountedText } from '../cluster/mounted-scripts';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { isOfHelm } from '../cluster/secret-sources';
import { compareRunnerVersions, FEATURES, parseRunnerVersion } from '../gitlab-runner/features';
import type { FieldPath } from '../values/field-path';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

/** What asks GitLab: the command of the runner, or a client that fetches something from another host than the pod. */
const VERIFIES = /gitlab-runner\s+verify|\/entrypoint\s+verify/;
const FETCHES = /(?:curl|wget)\b[^\n;|&]*https?:\/\/(?!localhost|127\.|0\.0\.0\.0|\[::1?\])[\w$]/;
/** What sees a process and nothing else. */
const SEES_A_PROCESS = /\b(pgrep|pidof|ps\s)/;
/** What sees more of the manager than its process. */
const SEES_MORE = /\b(curl|wget|nc)\b/;

const READY = '/health/ready';

const { finding, ...group } = ruleGroup('probes', 'Probes of managers ask the manager, not GitLab.', {
  'asks-gitlab': 'a probe asks GitLab instead of the manager',
  'process-only': 'a probe looks for a process and nothing else',
  unanswered: 'a probe asks where the manager does not listen',
  'no-such-path': 'a probe asks for something that the release does not answer',
});

/** Probes of managers ask the pod itself, so that an outage of GitLab doesn't restart the fleet. */
export const probes: Check = {
  ...group,
  run: ({ runners, manifests }) => {
    const seen = new Set<unknown>();
    return runners.flatMap((runner) => {
      const { manager } = runner;
      if (!manager || seen.has(manager)) return [];
      seen.add(manager);
      const all = probesOf(runner, manager, manifests);
      return all.flatMap((probe) => probeFindings(probe, all));
    });
  },
};

/** One probe of a container of a manager. */
interface Probe {
  readonly kind: 'livenessProbe' | 'readinessProbe' | 'startupProbe';
  readonly manager: Manifest;
  readonly managerPod: Fields;
  readonly path: FieldPath;
  readonly body: Fields;
  /** Why no one answers it, as the rest of a sentence. */
  readonly unanswered: string | undefined;
  /** What it runs; empty for none. */
  readonly command: string;
  /** Scripts out of ConfigMaps that it runs. */
  readonly scripts: readonly string[];
}

function probesOf(runner: ObservedRunner, manager: Manifest, manifests: Subject['manifests']): Probe[] {
  const { managerPod } = runner;
  return listOf(managerPod.containers).flatMap((one, index) =>
    (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((kind) => {
      const container = fieldsOf(one);
      if (container[kind] === undefined) return [];
      const body = fieldsOf(container[kind]);
      const words = listOf(fieldsOf(body.exec).command).map((word) => textOf(word) ?? '');
      const files = words.flatMap((word) => word.split(/\s+/)).filter((word) => word.startsWith('/'));
      return [
        {
          kind,
          manager,
          managerPod,
          path: ['spec', 'template', 'spec', 'containers', index, kind],
          body,
          unanswered: unansweredBy(body, container, runner),
          command: words.join(' '),
          scripts: files.flatMap(
            (file) => mountedText(file, container, managerPod, manager, manifests) ?? [],
          ),
        },
      ];
    }),
  );
}

/** @param all probes of the manager: what keeps several of a container from an answer is one cause */
function probeFindings(probe: Probe, all: readonly Probe[]): Finding[] {
  if (probe.command !== '') return commandFindings(probe);
  const { path, host } = fieldsOf(probe.body.httpGet);
  if (host !== undefined && !/^(localhost|127\.)/.test(String(host)))
    return [asksGitLab(probe, String(host))];
  if (probe.unanswered !== undefined) return unansweredFindings(probe, probe.unanswered, all);
  return path === READY ? readyFindings(probe) : [];
}

/** What becomes of a manager whose probe always fails. */
const ALWAYS_FAILS: Readonly<Record<Probe['kind'], string>> = {
  livenessProbe: 'the manager is restarted indefinitely, and its jobs with it',
  readinessProbe: 'the manager never gets ready, and its Deployment never becomes available',
  startupProbe: 'the manager is restarted indefinitely',
};

/** One for all probes of a container that ask in vain for the same reason, at the first of them. */
function unansweredFindings(probe: Probe, unanswered: string, all: readonly Probe[]): Finding[] {
  const container = (one: Probe) => one.path.slice(0, -1).join('.');
  const alike = all.filter((one) => one.unanswered === unanswered && container(one) === container(probe));
  if (alike[0] !== probe) return [];
  const others = alike.length > 1 ? ` (${alike.map(({ kind }) => kind).join(', ')})` : '';
  const found = finding('unanswered', {
    severity: 'error',
    at: { manifest: probe.manager, path: [...probe.path, 'httpGet'] },
    found: `${JSON.stringify(probe.body.httpGet)}${others}`,
    why: `it ${unanswered}: ${ALWAYS_FAILS[probe.kind]}`,
    fix: 'ask /metrics of the port of listen_address, by HTTP, and let listen_address name a port alone, for example ":9252"',
  });
  return [found];
}

function commandFindings(probe: Probe): Finding[] {
  const all = [probe.command, ...probe.scripts.map(withoutComments)].join('\n');
  if (VERIFIES.test(all) || FETCHES.test(all)) return [asksGitLab(probe, probe.command)];
  if (all.includes(READY)) return readyFindings(probe);
  if (!SEES_A_PROCESS.test(all) || SEES_MORE.test(all)) return [];
  return [
    finding('process-only', {
      // Nothing waits for a manager to be ready.
      severity: probe.kind === 'livenessProbe' ? 'warning' : 'note',
      at: { manifest: probe.manager, path: probe.path },
      found: probe.command,
      why: 'it looks for a process, and a process that hangs still has its number: the probe sees nothing',
      fix: fixOf(probe),
    }),
  ];
}

function asksGitLab(probe: Probe, found: string): Finding {
  const isLiveness = probe.kind === 'livenessProbe';
  const scripted = probe.scripts.some((text) => VERIFIES.test(text));
  return finding('asks-gitlab', {
    // The script of GitLab's chart gives GitLab time; what fails is its answer.
    severity: isLiveness && !scripted ? 'error' : 'warning',
    at: { manifest: probe.manager, path: probe.path },
    found,
    why: whyAsking(isLiveness, scripted),
    fix: fixOf(probe),
  });
}

function whyAsking(isLiveness: boolean, scripted: boolean): string {
  if (!isLiveness) return 'when GitLab is down or slow, managers count as broken';
  return scripted
    ? 'the script asks GitLab: while it answers with errors, or after the token is revoked, managers are restarted, and jobs that outlast their grace period are lost'
    : 'when GitLab is down or slow, every manager is restarted and all running jobs are lost';
}

/** The path came late; any release before answers with 404. */
function readyFindings(probe: Probe): Finding[] {
  if (hasReady(probe) !== false) return [];
  const { since } = FEATURES['health-ready'];
  return [
    finding('no-such-path', {
      severity: 'error',
      at: { manifest: probe.manager, path: probe.path },
      found: `${READY} of ${managerImageOf(probe.managerPod)}`,
      why: `GitLab Runner answers ${READY} since ${since}, and this release with 404: ${ALWAYS_FAILS[probe.kind]}`,
      fix: `ask /metrics, or run v${since} or newer`,
    }),
  ];
}

/** Whether the release answers `/health/ready`; undefined where the image doesn't say which one it is. */
function hasReady({ managerPod }: Probe): boolean | undefined {
  const release = managerRelease(managerPod);
  const since = parseRunnerVersion(FEATURES['health-ready'].since);
  return release && since && compareRunnerVersions(release, since) >= 0;
}

/** A fix that the release, and the chart, knows. */
function fixOf(probe: Probe): string {
  const ready = hasReady(probe) === true ? `${READY} (readiness) or /metrics (liveness)` : '/metrics';
  const direct = `set listen_address and ask ${ready} of the pod itself`;
  const isChart = isOfHelm(probe.manager);
  return isChart
    ? `replace it after rendering, by postRenderers or a kustomization, since the values of the chart have no other probe: metrics.enabled: true there sets listen_address; ask ${ready} of the pod itself`
    : direct;
}

function withoutComments(script: string): string {
  return script.replace(/^\s*#.*$/gm, '');
}
