import type { Shape } from '../../lib/shape/shape';
import type { NamedType, Option, OptionGroup } from './options-page';

/** The shapes of interfaces by name, as their sources have them. */
export function optionShapes(
  groups: readonly OptionGroup[],
  types: readonly NamedType[],
): Readonly<Record<string, Shape>> {
  return Object.fromEntries(groups.map((group) => [group.name, tableOf(group)]));

  function tableOf(group: OptionGroup): Shape {
    const options = optionsOf(group);
    const required = options.filter(({ optional }) => !optional).map(({ name }) => name);
    return {
      table: Object.fromEntries(
        options.map(({ name, type }) => [name, shapeOf(type, `${group.name}.${name}`)]),
      ),
      ...(required.length > 0 && { required }),
      ...(group.inherits && { inherits: true }),
    };
  }

  function optionsOf({ parent, options }: OptionGroup): readonly Option[] {
    const above = groups.find(({ name }) => name === parent);
    return above ? [...optionsOf(above), ...options] : options;
  }

  /** @param option what the type is of, for whoever writes one that is none here */
  function shapeOf(type: string, option: string): Shape {
    const [, items] = /^readonly (.+)\[\]$/.exec(type) ?? [];
    if (items) return { list: shapeOf(items.replace(/^\((.*)\)$/, '$1'), option) };
    const [, values] = /^Readonly<Record<string, (\w+)>>$/.exec(type) ?? [];
    if (values) return { map: shapeOf(values, option) };
    if (type.endsWith(' | null'))
      return { is: shapeOf(type.replace(/ \| null$/, ''), option) as string, nullable: true };
    const [, overridden] = /^Override<(\w+)>$/.exec(type) ?? [];
    if (overridden) return { is: shapeOf(overridden, option) as string, inherits: true };
    return plainShape(type, option);
  }

  function plainShape(type: string, option: string): Shape {
    if (type === 'ManifestSource') return 'path-or-function';
    // Their keys are those of other lists, which have rules of their own.
    if (/^(Patches|Partial)</.test(type)) return 'data';
    if (['string', 'number', 'boolean'].includes(type) || groups.some(({ name }) => name === type))
      return type;
    if (isTexts(type)) return 'string';
    throw new Error(`${option}: nothing here says what may be written for the type ${type}`);
  }

  /** Whether a type is one of several texts. Which one is a matter of a rule, whose fix knows other names for them. */
  function isTexts(type: string): boolean {
    return type.split(' | ').every((one) => {
      const named = types.find(({ name }) => name === one);
      return /^'[^']*'$/.test(one) || (named !== undefined && isTexts(named.definition));
    });
  }
}

/** Shapes as JSON with a line for each type, so that a change shows as the lines of what it is about. */
export function printTypes(types: Readonly<Record<string, Shape>>, indent: string): string {
  const lines = Object.entries(types).map(
    ([name, shape]) => `${indent}  ${JSON.stringify(name)}: ${JSON.stringify(shape)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
