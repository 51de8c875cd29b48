/** Prints texts in snapshots as they are, so that reviewers read the YAML that a user gets. */
export const yamlSnapshot = {
  test: (value: unknown) => typeof value === 'string',
  serialize: (value: unknown) => String(value),
};
