import { readOptions, readTypes } from '../../../tools/scripts/options-page';
import { optionShapes, printTypes } from '../../../tools/scripts/options-shape';

const SOURCE = `
/** How. */
export type Way = 'road' | Other;
/** Else. */
export type Other = 'rail' | 'sea';

/** What all have. */
export interface Base {
  /** A name. */
  readonly name: string;
}

/** A journey. */
export interface Journey extends Base {
  /** Ways. */
  readonly ways?: readonly Way[];
  /** One of few. */
  readonly speed?: 'slow' | 'fast';
  /** Hours. */
  readonly hours: readonly number[];
  /** Stops. */
  readonly stops?: readonly Base[];
  /** Counts. */
  readonly counts?: Readonly<Record<string, number>>;
  /** May be null. */
  readonly end?: string | null;
  /** As it is. */
  readonly patches?: Patches<'A' | 'B'>;
}
`;
const shapesOf = (source: string) => optionShapes(readOptions(source), readTypes(source));

test('shapes are read off interfaces, with what they extend', () => {
  expect(shapesOf(SOURCE)).toEqual({
    Base: { table: { name: 'string' }, required: ['name'] },
    Journey: {
      table: {
        name: 'string',
        ways: { list: 'string' },
        speed: 'string',
        hours: { list: 'number' },
        stops: { list: 'Base' },
        counts: { map: 'number' },
        end: { is: 'string', nullable: true },
        patches: 'data',
      },
      required: ['name', 'hours'],
    },
  });
});

test('a type that nothing here reads is an error that names its option', () => {
  const source = '/** A. */\nexport interface A {\n  /** B. */\n  readonly b: Map<string, string>;\n}\n';
  expect(() => shapesOf(source)).toThrow(
    'A.b: nothing here says what may be written for the type Map<string',
  );
});

test('shapes are printed as JSON with a line for each type', () => {
  const text = printTypes(shapesOf(SOURCE), '');
  expect(JSON.parse(text)).toEqual(shapesOf(SOURCE));
  expect(text.split('\n')).toHaveLength(4);
});
