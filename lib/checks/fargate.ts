import {
  clusterOfProfiles,
  type FargateProfile,
  fargateProfilesOf,
  isMadeForFargate,
} from '../cluster/fargate-profiles';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner, PlacedPod } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { CLUSTER_ANNOTATION, FARGATE_LABELS } from '../contract';
import { LARGEST_FARGATE } from '../karpenter/fargate-sizes';
import { at, textOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'fargate',
  'A pod that a Fargate profile selects asks for nothing that Fargate lacks, and fits what it sells.',
  {
    unsupported: 'a pod on Fargate asks for something that Fargate lacks',
    'too-large': 'a pod on Fargate is larger than what Fargate sells',
    'not-selected': 'no profile selects a pod that is made for Fargate',
    'other-cluster': 'a profile is made in another cluster than the nodes',
    'no-budget': 'jobs on Fargate have no PodDisruptionBudget',
  },
);

/** What runs on Fargate asks for nothing that Fargate can't do. */
export const fargate: Check = {
  ...group,
  run: ({ runners, manifests }) => {
    const profiles = fargateProfilesOf(manifests);
    const ofRunners = runners.flatMap((runner) => {
      const jobs = findingsOf(runner, runner.job);
      return [
        ...(jobs.length > 0 ? jobs : findingsOf(runner, runner.largestJob)),
        ...unselectedFindings(runner, profiles),
        ...evictionFindings(runner),
        ...managerFindings(runner),
      ];
    });
    return [...ofRunners, ...clusterFindings(profiles, manifests)];
  },
};

/** Profiles of a cluster that no node class is for: eksctl makes them there, and the fleet's own cluster has none. */
function clusterFindings(profiles: readonly FargateProfile[], manifests: readonly Manifest[]): Finding[] {
  const clusters = [
    ...new Set(
      ofKind(manifests, 'EC2NodeClass').flatMap(
        ({ body }) => textOf(at(body, ['metadata', 'annotations', CLUSTER_ANNOTATION])) ?? [],
      ),
    ),
  ];
  const objects = [...new Set(profiles.map(({ manifest }) => manifest))];
  return objects.flatMap((manifest) => {
    const own = clusterOfProfiles(manifest);
    if (own === undefined || clusters.length === 0 || clusters.includes(own)) return [];
    return [
      finding('other-cluster', {
        severity: 'error',
        at: {
          manifest,
          path: manifest.kind === 'ClusterConfig' ? ['metadata', 'name'] : ['spec', 'clusterName'],
        },
        found: own,
        why: `its Fargate profiles are made in the cluster ${own}, and the node classes are for ${clusters.join(', ')}: pods for Fargate wait there`,
        fix: `name the cluster ${clusters.join(' or ')}`,
      }),
    ];
  });
}

/** Pods with the label of those on Fargate: where profiles are among the manifests, one of them is to select these. */
function unselectedFindings(runner: ObservedRunner, profiles: readonly FargateProfile[]): Finding[] {
  const { config, index, manager, job, managerPlaced } = runner;
  if (profiles.length === 0) return [];
  const places = [
    {
      placed: job,
      at: { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes.pod_labels` },
    },
    ...(manager
      ? [
          {
            placed: managerPlaced,
            at: { manifest: manager, path: ['spec', 'template', 'metadata', 'labels'] },
          },
        ]
      : []),
  ];
  return places.flatMap(({ placed, at }) => {
    if (!placed || placed.fargate || !isMadeForFargate(placed.pod.labels)) return [];
    return [
      finding('not-selected', {
        severity: 'error',
        at,
        found: `${Object.entries(FARGATE_LABELS).flat().join(': ')} in ${placed.pod.namespace}`,
        why: `the ${placed.pod.title} has the label of pods on Fargate, and none of ${profiles.map(({ name }) => name).join(', ')} selects it: it stays pending, or runs on a node that is not meant for it`,
        fix: 'give a profile a selector with its namespace and this label, or drop the label',
      }),
    ];
  });
}

function findingsOf(runner: ObservedRunner, placed: PlacedPod | undefined): Finding[] {
  const { manifest, path } = runner.config;
  const within = `runners[${runner.index}].kubernetes`;
  return reasonsOf(placed).map(([what, reason]) =>
    finding(what, {
      severity: 'error',
      at: { manifest, path, within },
      ...reason,
    }),
  );
}

/** AWS evicts pods to patch their machines, and honours budgets for a while. */
function evictionFindings({ config, index, table, job }: ObservedRunner): Finding[] {
  if (!job?.fargate || table.kubernetes.pod_disruption_budget === true) return [];
  return [
    finding('no-budget', {
      severity: 'warning',
      at: {
        manifest: config.manifest,
        path: config.path,
        within: `runners[${index}].kubernetes.pod_disruption_budget`,
      },
      found: 'no budget for a job',
      why: 'AWS patches machines of Fargate by evicting their pods, running jobs among them',
      fix: 'write pod_disruption_budget = true',
    }),
  ];
}

function managerFindings({ manager, managerPlaced }: ObservedRunner): Finding[] {
  if (!manager) return [];
  const path = ['spec', 'template', 'spec'];
  return reasonsOf(managerPlaced).map(([what, reason]) =>
    finding(what, {
      severity: 'error',
      at: { manifest: manager, path },
      ...reason,
    }),
  );
}

type Reason = readonly [what: 'unsupported' | 'too-large', Pick<Finding, 'found' | 'why' | 'fix'>];

function reasonsOf(placed: PlacedPod | undefined): Reason[] {
  const on = placed?.fargate;
  if (!placed || !on) return [];
  const reason = (what: Reason[0], why: string): Reason => [
    what,
    {
      found: `Fargate profile ${on.profile.name}`,
      why: `the ${placed.pod.title} runs on Fargate and stays pending: ${why}`,
      fix: 'drop what Fargate lacks, or give the pod a label or a namespace that no profile selects',
    },
  ];
  return [
    ...on.refusals.map((why) => reason('unsupported', why)),
    ...(on.size === undefined ? [reason('too-large', `it sells at most ${LARGEST_FARGATE}`)] : []),
  ];
}
