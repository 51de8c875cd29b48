/** The files below `sealed/`, by path below the project, as text. */
export type SealedTokens = ReadonlyMap<string, string>;
