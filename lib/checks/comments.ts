/** What stands behind a `#` in a line of YAML: a comment, or a part of a text. */
export interface Comment {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** Everything in a file of YAML that may be a comment. */
export function commentsOf(text: string): readonly Comment[] {
  if (!text.includes('#')) return [];
  return text.split('\n').flatMap((content, index) => {
    const start = content.search(/(?:^|\s)#/);
    return start < 0 ? [] : [{ line: index + 1, text: content.slice(start).replace(/^[\s#]+/, '') }];
  });
}
