/** How much of a migration may fail before the rest is given up. */
export type Tolerated = { readonly percent: number } | { readonly objects: number };

/** `5%` or `1000`. */
export function parseTolerated(written: string): Tolerated | undefined {
  const [, digits, sign] = /^(\d{1,9})(%?)$/.exec(written) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  if (sign === "") return { objects: number };
  return number <= 100 ? { percent: number } : undefined;
}
