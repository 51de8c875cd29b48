import { edited, FLEET } from '../fixtures/files';
import { describeCheck } from './cases';

const MANAGER_POOL = 'nodepool-gitlab-managers.yaml';

describeCheck('guarded', {
  fires: [
    {
      name: 'nodes of managers without their taint',
      changes: [[MANAGER_POOL, / {6}taints:\n( {8}.*\n)+/, '']],
      finds: ['guarded/manager-nodes', 'error', /^found no taint/],
    },
    {
      name: 'a second pool for managers, without a taint',
      files: [
        ...FLEET,
        ...edited(
          FLEET,
          [MANAGER_POOL, / {6}taints:\n( {8}.*\n)+/, ''],
          [MANAGER_POOL, '  name: gitlab-managers\n', '  name: gitlab-wide\n'],
        )
          .filter(({ path }) => path.endsWith(MANAGER_POOL))
          .map(({ text }) => ({ path: 'acme/wide.yaml', text })),
      ],
      finds: ['guarded/manager-nodes', 'error', /^found no taint/],
    },
  ],
  quiet: [
    {
      name: 'nodes without a taint for managers that someone else wrote',
      files: edited(
        FLEET,
        ['/configmap.yaml', / {4}gitlab-runner-fleet\/runner: .*\n/, ''],
        [MANAGER_POOL, / {6}taints:\n( {8}.*\n)+/, ''],
      ),
    },
  ],
});
