/** Characters of a secret in a row that count as repeating it. */
const WINDOW = 6;

/** Whether a text repeats a part of a secret, as it is or in base64, also where something stands between its characters. */
export function repeats(text: string, secret: string): boolean {
  const squeezed = text.replace(/[^A-Za-z0-9]/g, '');
  const forms = [secret, ...[0, 1, 2].map((shift) => Buffer.from(secret.slice(shift)).toString('base64'))];
  return forms
    .map((form) => form.replace(/[^A-Za-z0-9]/g, '').replace(/^glrt/, ''))
    .some((form) => windows(form).some((window) => squeezed.includes(window)));
}

function windows(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - WINDOW + 1) }, (_, start) =>
    text.slice(start, start + WINDOW),
  );
}
