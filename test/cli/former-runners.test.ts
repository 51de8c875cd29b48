import { palette } from '../../lib/cli/palette';
import { formerLines, formerRunners } from '../../lib/cli/tokens/former';
import { printList, printListJson } from '../../lib/cli/tokens/list';
import { runnerTokens } from '../../lib/cli/tokens/runner-token';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { DEFAULT_FLEET } from '../fleets';

const fleets = resolveFleets([DEFAULT_FLEET], new Map());
const NO_COLORS = palette({ isTTY: false } as NodeJS.WriteStream);
const tokens = runnerTokens(fleets, new Map(), []);
const formersOf = (...files: readonly string[]) =>
  formerRunners(fleets, new Map(files.map((file) => [file, ''])));

test('a sealed token without a runner tells of a runner that was removed or renamed', () => {
  const found = formersOf(
    'sealed/production/amd64-spot.yaml',
    'sealed/production/x86.yaml',
    'sealed/retired/deploy.yaml',
  );
  expect(found).toEqual([
    { fleet: 'production', runner: 'x86', file: 'sealed/production/x86.yaml' },
    { fleet: 'retired', runner: 'deploy', file: 'sealed/retired/deploy.yaml' },
  ]);
});

test('tokens of described runners, pull secrets and other files tell of none', () => {
  const pullSecret = 'sealed/production/pull-secrets/gitlab-jobs/mirror.yaml';
  expect(formersOf('sealed/production/arm64-spot.yaml', pullSecret, 'sealed/notes.yaml')).toEqual([]);
  expect(formerLines([], NO_COLORS)).toEqual([]);
});

test('the list says what a former runner is called in GitLab, and how to delete what it leaves', () => {
  const text = printList(tokens, [], formersOf('sealed/production/x86.yaml'), NO_COLORS);
  expect(text).toContain('in GitLab:      production-x86\n');
  expect(text).toContain(
    'kubectl delete serviceaccount,role,rolebinding,sealedsecret --all-namespaces --selector app.kubernetes.io/part-of=production,gitlab-runner-fleet/runner=x86\n',
  );
  expect(text).toContain('git rm sealed/production/x86.yaml\n');
  expect(text).toContain('npx runner-fleet gitlab status');
});

test('names that a shell or a terminal reads are quoted and shown', () => {
  const text = printList(tokens, [], formersOf('sealed/production/a b$(id).yaml'), NO_COLORS);
  expect(text).toContain("git rm 'sealed/production/a b$(id).yaml'");
  expect(printList(tokens, [], formersOf('sealed/production/\u001b[2J.yaml'), NO_COLORS)).not.toContain(
    '\u001b',
  );
});

test('programs get former runners too', () => {
  expect(JSON.parse(printListJson([], [], formersOf('sealed/production/x86.yaml')))).toEqual([
    {
      fleet: 'production',
      formerRunner: 'x86',
      file: 'sealed/production/x86.yaml',
      gitlab: { description: 'production-x86' },
    },
  ]);
});
