import { isDeepStrictEqual } from 'node:util';
import { ROLE_ARN_ANNOTATION } from '../../contract';
import type { Faults } from '../fault';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { NormalJobAccount } from '../normal-jobs';
import {
  checkAnnotations,
  checkLabels,
  checkName,
  checkOneOf,
  checkReservedLabels,
  checkRoleArn,
} from './fields';
import { checkPullSecrets } from './pod-fields';

/** Reports what is wrong with the account of a runner's jobs, and with the Secrets that pull their images. */
export function checkJobAccount(faults: Faults, runner: NormalRunner, fleet: NormalFleet): void {
  checkPullSecrets(faults, runner.imagePullSecrets);
  const { jobServiceAccount: account, serviceAccount, onFargate } = runner;
  if (account === undefined) return;
  const place = faults.at('jobServiceAccount');
  if (serviceAccount !== undefined) {
    const rule = 'jobs run as one account, either rendered or existing';
    const fix = 'leave it out, or set jobServiceAccount: null for this runner';
    faults.add('serviceAccount', serviceAccount, rule, fix);
  }
  checkAccountName(place, account.name);
  checkRole(place, account, onFargate);
  checkReservedLabels(place, 'labels', account.labels);
  checkLabels(place, 'labels', account.labels);
  checkAccountAnnotations(place, account);
  checkPullSecrets(place, account.imagePullSecrets);
  if (account.imagePullSecrets.length > 0 && runner.imagePullSecrets.length > 0) {
    const rule = 'jobs that pull with Secrets of their account use no others';
    place.add(
      'imagePullSecrets',
      account.imagePullSecrets,
      rule,
      'move all to imagePullSecrets of the runner',
    );
  }
  checkAlike(place, runner, fleet);
}

function checkAccountName(faults: Faults, name: string): void {
  checkName(faults, 'name', name, 63);
  if (name !== 'default') return;
  const rule = 'every namespace has this account, and pods that name none run as it';
  faults.add('name', name, rule, 'write "ci-jobs"');
}

function checkRole(faults: Faults, { said, identity, roleArn }: NormalJobAccount, onFargate: boolean): void {
  if (roleArn !== undefined) checkRoleArn(faults, 'roleArn', roleArn);
  checkOneOf(faults, 'identity', identity, ['pod-identity', 'irsa']);
  if (said.identity !== undefined && roleArn === undefined) {
    const rule = 'identity says how jobs get a role, but none is named';
    faults.add('roleArn', undefined, rule, 'add roleArn, or leave out identity');
  }
  if (onFargate && roleArn !== undefined && identity === 'pod-identity') {
    const rule = 'the agent of EKS Pod Identity does not run on Fargate: jobs on Fargate get no credentials';
    faults.add('identity', said.identity, rule, 'write "irsa"');
  }
}

function checkAccountAnnotations(faults: Faults, { annotations }: NormalJobAccount): void {
  checkAnnotations(faults, 'annotations', annotations);
  const place = (key: string) => `annotations[${JSON.stringify(key)}]`;
  if (annotations[ROLE_ARN_ANNOTATION] !== undefined) {
    const rule = 'roleArn sets this annotation';
    const fix = "write roleArn, with identity: 'irsa'";
    faults.add(place(ROLE_ARN_ANNOTATION), annotations[ROLE_ARN_ANNOTATION], rule, fix);
  }
  checkReservedLabels(faults, 'annotations', annotations);
}

/** One object can't be two: the first runner that names it says what it is. */
function checkAlike(faults: Faults, runner: NormalRunner, { runners }: NormalFleet): void {
  const first = runners.find(
    ({ jobNamespace, jobServiceAccount }) =>
      jobNamespace === runner.jobNamespace && jobServiceAccount?.name === runner.jobServiceAccount?.name,
  );
  if (first === undefined || first === runner) return;
  const { said: _, ...own } = runner.jobServiceAccount ?? {};
  const { said: __, ...other } = first.jobServiceAccount ?? {};
  if (isDeepStrictEqual(own, other)) return;
  const rule = `runner ${first.name} gives the account of this name other settings`;
  faults.add(
    'name',
    runner.jobServiceAccount?.name,
    rule,
    'write the same settings, or give it another name',
  );
}
