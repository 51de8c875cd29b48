/**
 * What a value may be, as data that JSON holds. The options of a description, the keys of config.toml and the fields of
 * Kubernetes kinds are lists of these, and `problems.ts` holds values against all three.
 *
 * A text is a plain type (`PLAIN` in `problems.ts` has them), or the name of a type of the list.
 */
export type Shape = string | PlainShape | ListShape | MapShape | TableShape | EitherShape;

interface AnyShape {
  /** Whether null may stand here. */
  readonly nullable?: boolean;
  /** Whether null takes back what is inherited, for every entry of the table that may be left out, however deep. */
  readonly inherits?: boolean;
}

/** A plain type within bounds, or a type of the list that may be null. */
export interface PlainShape extends AnyShape {
  readonly is: string;
  readonly enum?: readonly string[];
  /** A part of the text that matches is enough. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Characters of the text. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A format that API servers enforce: int32, byte (base64) or date-time. */
  readonly format?: string;
  /** What to call it, where its bounds say less: `a duration, for example "15m",`. */
  readonly called?: string;
}

/** A list of alike items. */
export interface ListShape extends AnyShape {
  readonly list: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Whether each item may stand in it once only. */
  readonly unique?: boolean;
}

/** Alike values under keys that anybody chooses. */
export interface MapShape extends AnyShape {
  readonly map: Shape;
  readonly maxEntries?: number;
}

/** Values under names that are known. */
export interface TableShape extends AnyShape {
  readonly table: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** Whether other names are taken too. */
  readonly open?: boolean;
}

/** One of several shapes. */
export interface EitherShape extends AnyShape {
  readonly either: readonly Shape[];
}

/** Shapes by the name that stands for them in others. */
export type ShapeTypes = Readonly<Record<string, Shape>>;
