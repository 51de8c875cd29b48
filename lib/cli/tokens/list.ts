import type { Colors } from '../../report/colors';
import { alignedLines } from '../../report/table';
import { shellWord } from '../../values/shell-word';
import { visible, visibleJson } from '../../values/visible';
import { type FormerRunner, formerLines } from './former';
import { printHowto } from './howto';
import { fullName, type PullSecret } from './pull-secret';
import type { RunnerToken, TokenState } from './runner-token';

const HEADINGS = ['runner', 'token', 'namespace', 'secret', 'scope', 'tags'];

/** Every runner with the state of its token and what is to be set in GitLab. */
export function printList(
  tokens: readonly RunnerToken[],
  pullSecrets: readonly PullSecret[],
  formers: readonly FormerRunner[],
  colors: Colors,
): string {
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
    ...pullSecretLines(pullSecrets, colors),
    ...formerLines(formers, colors),
    ...nextSteps(tokens),
  ].join('\n');
}

/** The pull secrets that are sealed here, and what to do for those that are not. */
function pullSecretLines(pullSecrets: readonly PullSecret[], colors: Colors): string[] {
  if (pullSecrets.length === 0) return [];
  const rows = pullSecrets.flatMap((one) =>
    one.copies.map(({ namespace, state }) => [fullName(one), STATES[state.is], namespace].map(visible)),
  );
  const [headings, ...lines] = alignedLines([['pull secret', 'state', 'namespace'], ...rows]);
  const refused = pullSecrets.flatMap((one) =>
    one.copies.flatMap(({ namespace, state }) =>
      state.is === 'refused'
        ? [`${colors.red('refused')} ${fullName(one)} in ${namespace}: ${visible(state.why)}`]
        : [],
    ),
  );
  const open = pullSecrets.filter(({ copies }) => copies.some(({ state }) => state.is !== 'sealed'));
  const commands = open.map(
    (one) => `  npx --no-install runner-fleet tokens seal-pull-secret ${shellWord(fullName(one))}`,
  );
  return [
    colors.bold(headings),
    ...lines,
    '',
    ...refused,
    ...(commands.length > 0
      ? ['Runners wait for pull secrets that are not sealed. Each command asks for one:', ...commands, '']
      : []),
  ];
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

/**
 * The same for programs: runners, then pull secrets, which have `pullSecret` instead of `runner`, then runners that are no longer
 * described, which have `formerRunner`. No field holds a ciphertext.
 */
export function printListJson(
  tokens: readonly RunnerToken[],
  pullSecrets: readonly PullSecret[],
  formers: readonly FormerRunner[],
): string {
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
  const others = pullSecrets.flatMap(({ fleet, name, copies }) =>
    copies.map(({ namespace, file, state }) => ({
      fleet: fleet.name,
      pullSecret: name,
      state: state.is,
      ...(state.is === 'refused' && { why: state.why }),
      namespace,
      file,
    })),
  );
  const former = formers.map(({ fleet, runner, file }) => ({
    fleet,
    formerRunner: runner,
    file,
    gitlab: { description: `${fleet}-${runner}` },
  }));
  return `${visibleJson(JSON.stringify([...rows, ...others, ...former], undefined, 2))}\n`;
}
