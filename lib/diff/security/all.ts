import type { Rule } from '../rule';
import { trustedCertificates } from './certificates';
import { exposedManagers } from './exposed-managers';
import { fargateSelectors } from './fargate-selectors';
import { identities } from './identities';
import { imageSources } from './image-sources';
import { jobChoices } from './job-choices';
import { leftOut } from './left-out';
import { movedPods } from './moved-pods';
import { nodeGuards } from './node-guards';
import { olderReleases } from './older-releases';
import { otherGuards, ruleSilenced } from './other-guards';
import { podPowers } from './pod-powers';
import { rightsAdded } from './rights-added';
import { roomWidened } from './room-widened';
import { runTimeValue } from './run-time-value';
import { tierTags } from './tier-tags';
import { tiersJoined } from './tiers-joined';
import { unjudged } from './unjudged';
import { unknownObject } from './unknown-object';

/** Rules about what a change opens; besides them, `admission-change` and `network-change` may weigh as much. */
export const SECURITY_RULES: readonly Rule[] = [
  rightsAdded,
  identities,
  podPowers,
  jobChoices,
  movedPods,
  tiersJoined,
  tierTags,
  fargateSelectors,
  nodeGuards,
  imageSources,
  olderReleases,
  trustedCertificates,
  exposedManagers,
  otherGuards,
  roomWidened,
  ruleSilenced,
  leftOut,
  runTimeValue,
  unknownObject,
  unjudged,
];
