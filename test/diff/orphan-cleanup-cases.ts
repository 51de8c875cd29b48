import { edited, FLEET } from '../fixtures/files';
import { CLEAN_FLEET, CLEANUP_BINDING, CLEANUP_ROLE, CRON_JOB } from '../fixtures/orphan-cleanup';
import type { ImpactCase } from './impact-case';

const CONFIG = 'amd64-spot/configmap.yaml';
const SELECTOR = ',app.kubernetes.io/part-of=acme';
const SUSPENDED = edited(CLEAN_FLEET, [CRON_JOB, '  schedule:', '  suspend: true\n  schedule:']);
const LATER = edited(CLEAN_FLEET, [CRON_JOB, '"1230"', '"9999"']);

// biome-ignore format: a table of cases
export const ORPHAN_CLEANUP_CASES: readonly ImpactCase[] = [
  { rule: 'orphaned-pods', name: 'a cleanup that comes', after: CLEAN_FLEET, says: ['notice', /^From now on it deletes job pods in gitlab-jobs that are past their deadline\.$/] },
  { rule: 'orphaned-pods', name: 'a cleanup that goes', before: CLEAN_FLEET, after: FLEET, says: ['notice', /^Job pods that a killed manager of acme-amd64-on-demand, acme-amd64-spot, .* and 1 more leaves in gitlab-jobs stay from now on/] },
  { rule: 'orphaned-pods', name: 'a cleanup that is suspended', before: CLEAN_FLEET, after: SUSPENDED, says: ['notice', /stay from now on/] },
  { rule: 'orphaned-pods', name: 'a namespace that it no longer looks into', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, 'value: gitlab-jobs', 'value: elsewhere']), says: ['notice', /leaves in gitlab-jobs stay/] },
  { rule: 'orphaned-pods', name: 'less time than pods may take', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, '"1230"', '"300"']), says: ['disruptive', /^It deletes pods of running jobs of acme-amd64-on-demand/] },
  { rule: 'orphaned-pods', name: 'a poll timeout that it does not wait for', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CONFIG, 'poll_timeout = 600', 'poll_timeout = 3600']), says: ['disruptive', /^It deletes pods of running jobs of acme-amd64-spot:/] },
  { rule: 'orphaned-pods', name: 'a cleanup that stays suspended', before: SUSPENDED, after: edited(SUSPENDED, [CRON_JOB, '7,37', '9']) },
  { rule: 'orphaned-pods', name: 'less time, and still enough', before: LATER, after: CLEAN_FLEET },
  { rule: 'orphaned-pods', name: 'another hour', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, '7,37', '9']) },

  { rule: 'unjudged', name: 'another selector of the cleanup', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, SELECTOR, '']), says: ['security', /SELECTOR/] },
  { rule: 'unjudged', name: 'another program of the cleanup', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, '[the program]', '[another]']), says: ['security', /args/] },
  { rule: 'unjudged', name: 'times of the cleanup', before: LATER, after: CLEAN_FLEET },
  { rule: 'unknown-object', name: 'a cleanup, which fleets have', after: CLEAN_FLEET },
  { rule: 'unknown-object', name: 'a CronJob of someone else', after: edited(CLEAN_FLEET, [CRON_JOB, /orphan-cleanup\n {4}app/, 'backup\n    app']), says: ['security', /No fleet has an object of the kind CronJob, and it is new/] },
  { rule: 'rights-added', name: 'more rights of the cleanup', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CLEANUP_ROLE, 'list, delete', 'list, delete, create']), says: ['security', /create pods/] },
  { rule: 'rights-added', name: 'someone else with the rights of the cleanup', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CLEANUP_BINDING, 'name: orphan-cleanup\n    namespace', 'name: another\n    namespace']), says: ['security', /gitlab-runners\/another may/] },
  { rule: 'image-sources', name: 'another registry of the cleanup', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, 'public.ecr.aws/docker/library/node', 'example.com/node']), says: ['security', /example\.com\/node/] },
  { rule: 'pod-powers', name: 'a cleanup that may write to its image', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false']), says: ['security', /lose a guard/] },
];
