import type { SourceFile } from '../../lib/cluster/manifest';
import { MOVED_TO_AUTO_MODE } from '../fixtures/auto-mode';
import { edited, FLEET, parsed } from '../fixtures/files';
import { diffOf } from './revisions';

const BUDGET = 'poddisruptionbudget-managers.yaml';
const CONFIG = 'amd64-spot/configmap.yaml';

const secondBudget: SourceFile = {
  path: 'acme/budget.yaml',
  text: 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: more, namespace: gitlab-runners }\nspec: { maxUnavailable: 1, selector: { matchLabels: { app.kubernetes.io/part-of: acme } } }\n',
};
const service: SourceFile = {
  path: 'acme/service.yaml',
  text: 'apiVersion: v1\nkind: Service\nmetadata: { name: terminals, namespace: gitlab-runners }\nspec: { type: LoadBalancer, selector: { app.kubernetes.io/instance: runner-amd64-spot }, ports: [{ port: 443 }] }\n',
};
const secondRunner = (address: string): readonly SourceFile[] =>
  edited(FLEET, [
    CONFIG,
    '    [[runners]]\n',
    `    [session_server]\n    listen_address = "${address}"\n\n    [[runners]]\n    name = "second"\n    executor = "kubernetes"\n\n    [[runners]]\n`,
  ]);

test.each([
  ['to EKS Auto Mode', FLEET, MOVED_TO_AUTO_MODE],
  ['back', MOVED_TO_AUTO_MODE, FLEET],
])('a fleet that moves %s is said once, of every pool and class that comes or goes', (_, before, after) => {
  const bare = [before, after].map((files) =>
    files.filter(({ path }) => path.includes('/karpenter/') || path.includes('/runners/')),
  );
  const { impacts, silent } = diffOf(bare[0], bare[1]);
  const moved = impacts.filter(({ weight }) => weight !== 'security');
  expect(new Set(moved.map(({ id }) => id))).toEqual(new Set(['moved-nodes']));
  expect(new Set(moved.map(({ what }) => what)).size).toBe(1);
  expect(moved.map(({ object }) => object).sort()).toEqual(
    [...poolObjects(bare[0]), ...poolObjects(bare[1])].sort(),
  );
  expect(silent).toEqual([]);
});

/** Pools and classes by their names. */
function poolObjects(files: readonly SourceFile[]): readonly string[] {
  return parsed(files.filter(({ path }) => path.includes('/karpenter/'))).map(
    ({ kind, name }) => `${kind}/${name}`,
  );
}

describe('one change is said once, of the object that changes', () => {
  test.each<
    [string, before: readonly SourceFile[], after: readonly SourceFile[], id: string, object: string]
  >([
    [
      'the budget of all managers goes',
      FLEET,
      FLEET.filter(({ path }) => !path.endsWith(BUDGET)),
      'room-widened',
      'PodDisruptionBudget/gitlab-runners/managers',
    ],
    [
      'a second budget of managers',
      FLEET,
      [...FLEET, secondBudget],
      'room-widened',
      'PodDisruptionBudget/gitlab-runners/more',
    ],
    [
      'a budget that lets no manager go',
      FLEET,
      edited(FLEET, [BUDGET, 'maxUnavailable: 1', 'maxUnavailable: 0']),
      'room-widened',
      'PodDisruptionBudget/gitlab-runners/managers',
    ],
    [
      'a Service of managers',
      FLEET,
      [...FLEET, service],
      'exposed-managers',
      'Service/gitlab-runners/terminals',
    ],
  ])('%s', (_, before, after, id, object) => {
    const { impacts, silent } = diffOf(before, after);
    expect(impacts.map((impact) => [impact.id, impact.object])).toEqual([[id, object]]);
    expect(silent).toEqual([]);
  });

  test('the session server of a config with two runners', () => {
    const { impacts } = diffOf(secondRunner('a:8093'), secondRunner('b:8093'));
    expect(impacts.filter(({ id }) => id === 'exposed-managers')).toHaveLength(1);
  });
});
