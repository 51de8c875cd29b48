import { type Fields, fieldsOf, listOf, textOf } from '../../values/record';

/** Containers that start something else than before, or come with a command of their own, as the rest of a sentence. */
export function otherCommands(before: Fields, after: Fields): readonly string[] {
  const olds = commandsOf(before);
  const changed = [...commandsOf(after)].filter(([name, command]) => (olds.get(name) ?? NOTHING) !== command);
  return changed.length === 0 ? [] : [`start another command: ${changed.map(([name]) => name).join(', ')}`];
}

/** Containers of a new pod whose command no container of that name has in other pods, as the rest of a sentence. */
export function unusualCommands(others: readonly Fields[], spec: Fields): readonly string[] {
  if (others.length === 0) return [];
  const known = new Set(
    others.flatMap((one) => [...commandsOf(one)].map(([name, command]) => `${name} ${command}`)),
  );
  const own = [...commandsOf(spec)].filter(
    ([name, command]) => command !== NOTHING && !known.has(`${name} ${command}`),
  );
  const names = own.map(([name]) => name).join(', ');
  return own.length === 0 ? [] : [`start a command that no other manager of the fleet starts: ${names}`];
}

const NOTHING = JSON.stringify([null, null, null]);

function commandsOf(spec: Fields): ReadonlyMap<string, string> {
  return new Map(
    ['initContainers', 'containers'].flatMap((list) =>
      listOf(spec[list])
        .map(fieldsOf)
        .map(({ name, command, args, lifecycle }) => [
          textOf(name) ?? '',
          JSON.stringify([command ?? null, args ?? null, lifecycle ?? null]),
        ]),
    ),
  );
}
