/** Something that is to be changed by hand. */
export interface Todo {
  readonly path: string;
  readonly what: string;
}
