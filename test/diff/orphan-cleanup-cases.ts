import { edited, FLEET, without } from '../fixtures/files';
import { CLEAN_FLEET, CLEANUP_BINDING, CLEANUP_ROLE, CRON_JOB } from '../fixtures/orphan-cleanup';
import type { ImpactCase } from './impact-case';

const CONFIG = 'amd64-spot/configmap.yaml';
const SELECTOR = ',app.kubernetes.io/part-of=acme';
const FLAGS = '      [runners.feature_flags]\n';
const LABEL = /orphan-cleanup\n {4}app/;
const SUSPENDED = edited(CLEAN_FLEET, [CRON_JOB, '  schedule:', '  suspend: true\n  schedule:']);
const LATER = edited(CLEAN_FLEET, [CRON_JOB, '"1230"', '"9999"']);
/** A runner whose pods have no deadline of their own, and a cleanup that waits for its longest jobs. */
const SLOW = edited(
  CLEAN_FLEET,
  [CONFIG, FLAGS, `${FLAGS}      FF_USE_POD_ACTIVE_DEADLINE_SECONDS = false\n`],
  ['amd64-spot/deployment.yaml', /(maximum-timeout-seconds: ).*/, '$1"43200"'],
  [CRON_JOB, '"7200"', '"43200"'],
);
const BORROWED = edited(CLEAN_FLEET, [
  'amd64-spot/deployment.yaml',
  /serviceAccountName: .*/,
  'serviceAccountName: orphan-cleanup',
]);
const RENAMED = edited(CLEAN_FLEET, [CRON_JOB, LABEL, 'x\n    app']);

// biome-ignore format: a table of cases
export const ORPHAN_CLEANUP_CASES: readonly ImpactCase[] = [
  { rule: 'orphaned-pods', name: 'a cleanup that comes', after: CLEAN_FLEET, says: ['notice', /^From now on it deletes job pods in gitlab-jobs that are past their deadline\.$/] },
  { rule: 'orphaned-pods', name: 'a cleanup that goes', before: CLEAN_FLEET, after: FLEET, says: ['notice', /^Job pods that a killed manager of acme-amd64-on-demand, acme-amd64-spot, .* and 1 more leaves in gitlab-jobs stay from now on/] },
  { rule: 'orphaned-pods', name: 'a cleanup that is suspended', before: CLEAN_FLEET, after: SUSPENDED, says: ['notice', /stay from now on/] },
  { rule: 'orphaned-pods', name: 'a namespace that it no longer looks into', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, 'value: gitlab-jobs', 'value: elsewhere']), says: ['notice', /leaves in gitlab-jobs stay/] },
  { rule: 'orphaned-pods', name: 'less time than pods may take', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CRON_JOB, '"1230"', '"300"']), says: ['disruptive', /^It deletes pods of running jobs of acme-amd64-on-demand/] },
  { rule: 'orphaned-pods', name: 'a poll timeout that it does not wait for', before: CLEAN_FLEET, after: edited(CLEAN_FLEET, [CONFIG, 'poll_timeout = 600', 'poll_timeout = 3600']), says: ['disruptive', /^It deletes pods of running jobs of acme-amd64-spot:/] },
  { rule: 'orphaned-pods', name: 'a runner that goes while its longest jobs drain, and less time for them', before: SLOW, after: edited(without(SLOW, '/runners/amd64-spot/'), [CRON_JOB, '"43200"', '"7200"']), says: ['disruptive', /^It deletes pods of jobs of acme-amd64-spot that run when this is applied/] },
  { rule: 'orphaned-pods', name: 'a longest job that becomes shorter, and less time for those that run', before: SLOW, after: edited(SLOW, ['amd64-spot/deployment.yaml', '"43200"', '"7200"'], [CRON_JOB, '"43200"', '"7200"']), says: ['disruptive', /jobs of acme-amd64-spot that run when this is applied/] },
  { rule: 'orphaned-pods', name: 'a runner that goes, and as much time', before: SLOW, after: without(SLOW, '/runners/amd64-spot/') },
  { rule: 'orphaned-pods', name: 'less time of a cleanup without its label', before: RENAMED, after: edited(RENAMED, [CRON_JOB, '"1230"', '"1"']), says: ['disruptive', /^It deletes pods of running jobs/] },
  { rule: 'orphaned-pods', name: 'less time, and another label that hides it', before: CLEAN_FLEET, after: edited(RENAMED, [CRON_JOB, '"1230"', '"1"']), says: ['disruptive', /^It deletes pods of running jobs/] },
  { rule: 'rights-removed', name: 'the rights of a cleanup that goes with it', before: CLEAN_FLEET, after: FLEET, says: ['info', /^No manager and no job had these rights\.$/] },
  { rule: 'rights-removed', name: 'the rights of the cleanup that a manager has too', before: BORROWED, after: without(BORROWED, CLEANUP_BINDING), says: ['disruptive', /Managers that still drain lose their rights/] },
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
