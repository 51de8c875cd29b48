import { displayName } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { concurrencyOf } from '../cluster/runners';
import { claimsOf, type VolumeClaim } from '../cluster/volume-claims';
import { ZONE_LABEL } from '../karpenter/labels';
import { has } from '../karpenter/requirement';
import type { FieldOfManifest, Finding } from './finding';
import { LANDS_RULES } from './lands-rules';

const { finding } = LANDS_RULES;

/** Volumes that only one zone, or one node, can have at a time, and pods that may be elsewhere. */
export function claimFindings(runner: ObservedRunner, { manifests }: Subject): readonly Finding[] {
  const { config, index, job, manager, managerPlaced, replicas } = runner;
  const within = `runners[${index}].kubernetes.volumes.pvc`;
  const ofJobs = { manifest: config.manifest, path: config.path, within };
  const ofManager = manager && { manifest: manager, path: ['spec', 'template', 'spec', 'volumes'] };
  const judge = (placed: PlacedPod | undefined, at: FieldOfManifest, atOnce: number) =>
    claimsOf(placed?.spec, placed?.pod.namespace, manifests).flatMap((claim) =>
      placed === undefined
        ? []
        : [
            ...zoneFindings(claim, placed, at),
            ...nodeFindings(claim, placed, at, claim.isBySlot ? replicas : atOnce),
          ],
    );
  return [
    ...judge(job, ofJobs, concurrencyOf(runner)),
    ...(ofManager ? judge(managerPlaced, ofManager, replicas) : []),
  ];
}

function zoneFindings(
  { manifest, zones, isBySlot, isOfOneZone }: VolumeClaim,
  placed: PlacedPod,
  at: FieldOfManifest,
) {
  const pools = landing(placed).map(({ pool }) => pool);
  const name = displayName(manifest);
  if (pools.length === 0) return [];
  const isOutside =
    zones !== undefined && pools.every((pool) => ![...zones].some((zone) => mayBe(pool, zone)));
  if (isOutside)
    return [
      finding('volume-zone', {
        severity: 'error',
        at,
        found: `${manifest.name} in ${[...zones].join(', ')}`,
        why: `${name} can be attached in ${[...zones].join(', ')} alone, and no pool that takes the ${placed.pod.title} starts nodes there: it stays pending`,
        fix: 'allow the zone in a pool that takes it, or make the volume in a zone of the pools',
      }),
    ];
  const spanning = pools.filter(spansZones);
  // Each slot's disk is made in a zone of its own.
  const isFixed = zones === undefined ? isOfOneZone && !isBySlot : zones.size === 1;
  if (!isFixed || spanning.length === 0) return [];
  const zone = zones === undefined ? 'the zone that it is made in' : [...zones][0];
  return [
    finding('volume-zone', {
      severity: 'note',
      at,
      found: `${manifest.name} in one zone`,
      why: `${name} is a disk of one zone, ${zone}: every ${kindOf(placed)} lands there alone, although ${spanning.map((pool) => pool.name).join(', ')} would start nodes in others too`,
      fix: 'nothing, if one zone has room for all; else a volume that all zones share, for example of EFS',
    }),
  ];
}

function nodeFindings(
  { manifest, modes, isShared }: VolumeClaim,
  placed: PlacedPod,
  at: FieldOfManifest,
  atOnce: number,
): Finding[] {
  const [mode] = modes;
  const isSingle = modes.length === 1 && (mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
  if (!isSingle || atOnce < 2 || (isShared && mode === 'ReadWriteOnce')) return [];
  const ofPod = mode === 'ReadWriteOncePod';
  return [
    finding('one-node-volume', {
      severity: ofPod ? 'error' : 'warning',
      at,
      found: `${manifest.name}: ${mode}`,
      why: `${displayName(manifest)} can be in one ${ofPod ? 'pod' : 'node'} at a time, and there may be ${atOnce} of the ${placed.pod.title} at once: ${ofPod ? 'the others stay pending' : 'those on other nodes stay in ContainerCreating'} until they fail`,
      fix: 'take a volume with ReadWriteMany, for example of EFS, or one for each slot, with $CI_CONCURRENT_ID in its name (in a description: perSlot)',
    }),
  ];
}

function kindOf({ pod }: PlacedPod): string {
  return pod.title.startsWith('manager') ? 'manager' : 'job';
}

function mayBe({ requirements }: NodePool, zone: string): boolean {
  const wanted = requirements.get(ZONE_LABEL);
  return wanted === undefined || has(wanted, zone);
}

/** Whether nodes of a pool may be in several zones. */
function spansZones({ requirements }: NodePool): boolean {
  const wanted = requirements.get(ZONE_LABEL);
  return wanted === undefined || wanted.complement || wanted.values.size > 1;
}
