import type { Colors } from '../../report/colors';
import { alignedLines } from '../../report/table';
import { visible, visibleJson } from '../../values/visible';
import { printHowto } from './howto';
import type { RunnerToken, TokenState } from './runner-token';

const HEADINGS = ['runner', 'token', 'namespace', 'secret', 'scope', 'tags'];

/** Every runner with the state of its token and what is to be set in GitLab. */
export function printList(tokens: readonly RunnerToken[], colors: Colors): string {
  const rows = tokens.map(({ fleet, runner, state }) =>
    [
      `${fleet.name}/${runner.name}`,
      STATES[state.is],
      runner.managerNamespace,
      runner.token.secretName,
      runner.token.from === 'sealed-secret' ? runner.token.scope : '-',
      runner.tags.join(','),
    ].map(visible),
  );
  const [headings, ...lines] = alignedLines([HEADINGS, ...rows]);
  return [
    colors.bold(headings),
    ...lines,
    '',
    'Tags live on the GitLab server, and so do: run untagged jobs (no), locked to its projects (yes), protected (no),',
    `maximum job timeout (${timeouts(tokens)}). The commands of howto set them all.`,
    '',
    ...refusals(tokens, colors),
    ...nextSteps(tokens),
  ].join('\n');
}

/** Each timeout once; with its runners where there are several. */
function timeouts(tokens: readonly RunnerToken[]): string {
  const runners = new Map<number, string[]>();
  for (const { fleet, runner } of tokens) {
    const seconds = runner.gitlab.maximumTimeoutSeconds;
    runners.set(seconds, [...(runners.get(seconds) ?? []), `${fleet.name}/${runner.name}`]);
  }
  const [[only]] = runners;
  if (runners.size === 1) return `${only} s`;
  return [...runners].map(([seconds, names]) => `${seconds} s: ${names.join(', ')}`).join('; ');
}

const STATES: Record<TokenState['is'], string> = {
  sealed: 'sealed',
  placeholder: 'placeholder',
  refused: 'refused',
  external: 'external',
  existing: 'existing',
};

function refusals(tokens: readonly RunnerToken[], colors: Colors): string[] {
  const lines = tokens.flatMap(({ fleet, runner, state }) =>
    state.is === 'refused'
      ? [`${colors.red('refused')} ${fleet.name}/${runner.name}: ${visible(state.why)}`]
      : [],
  );
  return lines.length > 0 ? [...lines, ''] : [];
}

function nextSteps(tokens: readonly RunnerToken[]): string[] {
  const [first, ...others] = tokens.filter(
    ({ state }) => state.is === 'placeholder' || state.is === 'refused',
  );
  if (first === undefined) return ['No runner waits for a token to be sealed.', ''];
  const commands = others.map(
    ({ fleet, runner }) => `  npx runner-fleet tokens howto ${fleet.name}/${runner.name}`,
  );
  return [printHowto(first), ...(others.length > 0 ? ['The same for the others:', ...commands, ''] : [])];
}

/** The same for programs. No field holds a ciphertext. */
export function printListJson(tokens: readonly RunnerToken[]): string {
  const rows = tokens.map(({ fleet, runner, state }) => ({
    fleet: fleet.name,
    runner: runner.name,
    state: state.is,
    ...(state.is === 'refused' && { why: state.why }),
    from: runner.token.from,
    namespace: runner.managerNamespace,
    secret: runner.token.secretName,
    key: runner.token.key,
    ...(runner.token.from === 'sealed-secret' && { scope: runner.token.scope, file: runner.token.file }),
    ...(runner.token.from === 'external-secret' && {
      store: runner.token.store,
      storeKey: runner.token.storeKey,
    }),
    gitlab: { url: fleet.gitlabUrl, tags: runner.tags, ...runner.gitlab },
  }));
  return `${visibleJson(JSON.stringify(rows, undefined, 2))}\n`;
}
