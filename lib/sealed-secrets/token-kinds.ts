/** What stands between `gl` and the dash of GitLab's tokens. @see https://docs.gitlab.com/security/tokens/#token-prefixes */
export const TOKEN_KINDS: readonly string[] = 'rt rtr pat dt ptt ft soat cbt agent oas imt ffct wt'.split(
  ' ',
);
