/**
 * Why a variable can't be an access token; undefined where it can. A request with such a text fails before it is made, and
 * its error quotes the header: it would show the token.
 *
 * @param variable name of the environment variable
 */
export function accessTokenFault(variable: string, token: string): string | undefined {
  return /^[\x21-\x7e]*$/.test(token.trim())
    ? undefined
    : `${variable} holds white space or another character that no access token has: copy the token alone, on one line`;
}
