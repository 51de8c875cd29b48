import { JOB_ACCOUNT_DEFAULTS } from '../defaults';
import { jobAccountName } from '../names';
import type { NormalJobAccount } from '../normal-jobs';
import type { JobServiceAccountProps } from '../props/job-service-account';
import { fillDefaults } from './merge-settings';

/** The account of a runner's jobs that is rendered. */
export function normaliseJobAccount(said: JobServiceAccountProps, runner: string): NormalJobAccount {
  const { name, roleArn, ...others } = said;
  return {
    said,
    ...fillDefaults(JOB_ACCOUNT_DEFAULTS, others),
    name: name ?? jobAccountName(runner),
    roleArn,
  };
}
