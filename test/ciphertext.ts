/** Text with the shape of a ciphertext of some bytes (a runner's token has 25), another for each seed. */
export function fakeCiphertext(seed: number, bytes = 25): string {
  const body = Buffer.alloc(512 + bytes + 16, seed);
  return Buffer.concat([Buffer.from([2, 0]), body]).toString('base64');
}
