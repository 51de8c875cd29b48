import type { Change } from '../fixtures/files';
import { describeCheck } from './cases';
import { DEPLOYMENT } from './places';

const EMPTY = '            - name: GITLAB_RUNNER_TOKEN\n              value: ""\n';
const BEFORE: Change = [DEPLOYMENT, '          env:\n', `          env:\n${EMPTY}`];
const AFTER: Change = [DEPLOYMENT, '            - name: HOME\n', `${EMPTY}            - name: HOME\n`];

describeCheck('secrets', {
  fires: [
    {
      name: 'a variable that takes the place of the token',
      changes: [AFTER],
      finds: ['secrets/not-from-secret', 'error', /GITLAB_RUNNER_TOKEN does not come from a Secret/],
    },
  ],
  quiet: [{ name: 'a variable whose place the token takes', changes: [BEFORE] }],
});
