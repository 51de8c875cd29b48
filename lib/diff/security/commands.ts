import { type Fields, fieldsOf, listOf, textOf } from '../../values/record';

/** Containers that start something else than before, or come with a command of their own, as the rest of a sentence. */
export function otherCommands(before: Fields, after: Fields): readonly string[] {
  const olds = commandsOf(before);
  const changed = [...commandsOf(after)].filter(([name, command]) => (olds.get(name) ?? NOTHING) !== command);
  return changed.length === 0 ? [] : [`start another command: ${changed.map(([name]) => name).join(', ')}`];
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
