import { managerImageOf, managerRelease, releaseInImage } from '../cluster/manager-image';
import { landing, type ObservedRunner, type PlacedPod } from '../cluster/observe';
import { isFilledIn } from '../cluster/run-time-values';
import type { ConfigToml } from '../gitlab-runner/config/toml';
import { FEATURES, hasFeature, missingFeatures } from '../gitlab-runner/features';
import { OS_LABEL } from '../karpenter/labels';
import { looseImage } from '../values/image';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import type { FieldOfManifest, Finding } from './finding';

const ARCH = 'kubernetes.io/arch';
/** Spellings of an architecture in tags of helper images. */
const IN_TAG: Record<string, RegExp> = { amd64: /(^|-)(x86_64|amd64)-/, arm64: /(^|-)arm64-/ };

/** Tags of helper images for Windows, and the form of those for Linux, which those for Windows have too. */
const WINDOWS_TAG = /servercore|nanoserver/;
const LINUX_TAG = /(^|-)(x86_64|arm64)-(v\d|latest)/;

const { finding, ...group } = ruleGroup(
  'architecture',
  'Helper image, manager image and node selectors agree on architecture and release.',
  {
    'not-selected': 'jobs may land on arm64 with a helper for amd64',
    'os-not-selected': 'jobs or managers for Linux may land on Windows',
    'helper-arch': 'the helper image is for another architecture',
    'helper-system': 'the helper image is for another operating system',
    'helper-latest': 'the helper image follows the latest release',
    'helper-release': 'helper and manager are of different releases',
    'manager-too-old': 'the config or a probe needs a newer release of the manager',
  },
);

/** Helper, manager and nodes are of one architecture and one release. */
export const architecture: Check = {
  ...group,
  run: ({ runners }) =>
    runners.flatMap((runner) => [
      ...archFindings(runner),
      ...systemFindings(runner),
      ...helperFindings(runner),
      ...helperSystemFindings(runner),
      ...releaseFindings(runner),
      ...featureFindings(runner),
    ]),
};

function place({ config, index }: ObservedRunner, key: string): FieldOfManifest {
  return { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes.${key}` };
}

/** Without an architecture in the selector jobs land on what comes, with a helper for amd64. */
function archFindings(runner: ObservedRunner): Finding[] {
  const { node_selector: selector = {}, helper_image: helper } = runner.table.kubernetes;
  if (selector[ARCH] !== undefined) return [];
  const arches = new Set(landing(runner.job).flatMap(({ types }) => types.map(({ arch }) => arch)));
  if (!arches.has('arm64') || (helper !== undefined && arches.size === 1)) return [];
  return [
    finding('not-selected', {
      severity: 'error',
      at: place(runner, 'node_selector'),
      found: `no ${ARCH}`,
      why: 'jobs may land on arm64 nodes, and without an architecture in node_selector (affinity does not count) the helper is the one for amd64',
      fix: `add "${ARCH}" to node_selector`,
    }),
  ];
}

/** Without an operating system in the selector the helper, and mostly every image, is one for Linux. */
function systemFindings(runner: ObservedRunner): Finding[] {
  const { manager, managerPlaced, managerPod } = runner;
  const { node_selector: selector = {} } = runner.table.kubernetes;
  const jobs = selector[OS_LABEL] === undefined ? windowsPoolOf(runner.job) : undefined;
  const image = managerImageOf(managerPod);
  const managers = /^$|windows|nanoserver|servercore/.test(image) ? undefined : windowsPoolOf(managerPlaced);
  return [
    ...(jobs === undefined
      ? []
      : [
          finding('os-not-selected', {
            severity: 'error',
            at: place(runner, 'node_selector'),
            found: `no ${OS_LABEL}`,
            why: `jobs may land on nodes of ${jobs}, which run Windows, and without an operating system in node_selector (affinity does not count) the helper is the one for Linux: these jobs fail`,
            fix: `add "${OS_LABEL}" to node_selector`,
          }),
        ]),
    ...(manager === undefined || managers === undefined
      ? []
      : [
          finding('os-not-selected', {
            severity: 'error',
            at: { manifest: manager, path: ['spec', 'template', 'spec', 'nodeSelector'] },
            found: `no ${OS_LABEL}`,
            why: `the manager may land on nodes of ${managers}, which run Windows, and ${image} is an image for Linux: it does not start there`,
            fix: `select ${OS_LABEL}: linux`,
          }),
        ]),
  ];
}

/** A pool of Windows on which a pod may land. */
function windowsPoolOf(placed: PlacedPod | undefined): string | undefined {
  return landing(placed).find(({ types }) => types.some(({ labels }) => labels[OS_LABEL] === 'windows'))?.pool
    .name;
}

function helperFindings(runner: ObservedRunner): Finding[] {
  const { node_selector: selector = {}, helper_image: helper } = runner.table.kubernetes;
  const arch = selector[ARCH];
  const { tag } = looseImage(helper ?? '');
  const other = Object.entries(IN_TAG).find(
    ([name, shape]) => name !== arch && tag !== undefined && shape.test(`${tag}-`),
  );
  if (arch === undefined || !other || IN_TAG[arch]?.test(`${tag}-`)) return [];
  return [
    finding('helper-arch', {
      severity: 'error',
      at: place(runner, 'helper_image'),
      found: helper ?? '',
      why: `the helper is for ${other[0]} and jobs run on ${arch} nodes: every job fails with "exec format error"`,
      fix: `name the helper image for ${arch}, or leave helper_image out`,
    }),
  ];
}

/** The executor goes by `node_selector` in all it does, not by the image. */
function helperSystemFindings(runner: ObservedRunner): Finding[] {
  const { node_selector: selector = {}, helper_image: helper } = runner.table.kubernetes;
  const { tag = '' } = looseImage(helper ?? '');
  const [own, other] = selector[OS_LABEL] === 'windows' ? ['Windows', 'Linux'] : ['Linux', 'Windows'];
  const isForWindows = WINDOWS_TAG.test(tag);
  const isOther = own === 'Windows' ? LINUX_TAG.test(tag) && !isForWindows : isForWindows;
  if (!isOther) return [];
  return [
    finding('helper-system', {
      severity: 'error',
      at: place(runner, 'helper_image'),
      found: helper ?? '',
      why: `the helper is for ${other}, and by node_selector jobs are those of ${own}: every job fails`,
      fix: `name the helper image for ${own}, or leave helper_image out`,
    }),
  ];
}

function releaseFindings(runner: ObservedRunner): Finding[] {
  const { helper_image: helper = '' } = runner.table.kubernetes;
  const { tag } = looseImage(helper);
  if (tag === undefined || !runner.manager) return [];
  const image = managerImageOf(runner.managerPod);
  const releases = [helper, image].map(releaseInImage);
  if (/latest|bleeding/.test(tag)) {
    const why = 'the helper changes with every release of GitLab Runner while the manager stays';
    return [
      finding('helper-latest', {
        severity: 'warning',
        at: place(runner, 'helper_image'),
        found: tag,
        why,
        fix: 'name the release of the manager',
      }),
    ];
  }
  if (releases.some((release) => release === undefined) || releases[0] === releases[1]) return [];
  const why = `helper ${releases[0]} and manager ${releases[1]} are of different releases; they are only tested together`;
  return [
    finding('helper-release', {
      // Releases of one major version mostly understand each other.
      severity: releases[0]?.split('.')[0] === releases[1]?.split('.')[0] ? 'warning' : 'error',
      at: place(runner, 'helper_image'),
      found: tag,
      why,
      fix: `write v${releases[1]}`,
    }),
  ];
}

/**
 * A runner without a token and an address that the manager does not expand itself: registration hands them over as they are, and
 * what is not a variable of the container is filled in before the object is applied.
 */
function ownTexts({ table, config, managerPod }: ObservedRunner): ObservedRunner['table'] {
  const names = listOf(managerPod.containers).flatMap((container) =>
    listOf(fieldsOf(container).env).map((one) => textOf(fieldsOf(one).name)),
  );
  const isExpanded = (text = '') =>
    !config.isTemplate &&
    (!isFilledIn(config.manifest) || names.some((name) => new RegExp(`\\$\\{?${name}\\b`).test(text)));
  const { token, url, ...rest } = table;
  return {
    ...rest,
    token: isExpanded(token) ? token : '',
    url: isExpanded(url) ? url : '',
  };
}

/** What the config uses and the manager's release lacks: older releases ignore keys without a word. */
function featureFindings(runner: ObservedRunner): Finding[] {
  const { manager, index } = runner;
  const version = managerRelease(runner.managerPod);
  if (!manager || version === undefined || index > 0) return [];
  const config = { ...runner.config.parsed, runners: [ownTexts(runner)] } as ConfigToml;
  const path = ['spec', 'template', 'spec', 'containers', 0, 'image'];
  const missing = missingFeatures(config, version).map(({ since, what }) => ({
    why: `the config needs release ${since} or newer: ${what}`,
    fix: `run v${since} or newer, manager and helper alike`,
  }));
  const { since } = FEATURES['health-ready'];
  if (asksHealthReady(runner) && !hasFeature(version, 'health-ready'))
    missing.push({
      why: `a probe asks /health/ready, which ${since} brought: the manager never becomes ready`,
      fix: `ask /metrics, or run v${since} or newer, manager and helper alike`,
    });
  return missing.map((one) =>
    finding('manager-too-old', {
      severity: 'error',
      at: { manifest: manager, path },
      found: managerImageOf(runner.managerPod),
      ...one,
    }),
  );
}

function asksHealthReady({ managerPod }: ObservedRunner): boolean {
  return listOf(managerPod.containers).some((container) =>
    ['startupProbe', 'livenessProbe', 'readinessProbe'].some(
      (probe) => at(fieldsOf(container)[probe], ['httpGet', 'path']) === '/health/ready',
    ),
  );
}
