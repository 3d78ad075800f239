const SECONDS: Readonly<Record<string, number>> = {
  "": 1,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** What {@link parseDuration} reads, for error messages. */
export const DURATION = "a duration such as 30s, 15m, 12h, 7d or 1w";

/**
 * `30s 15m 12h 7d 1w` in seconds; a bare number is seconds, as in nginx, where the cache settings
 * come from. Anything else is `undefined`.
 *
 * @see https://nginx.org/en/docs/syntax.html
 */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,12})([smhdw]?)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : SECONDS[unit];
  return factor === undefined ? undefined : Number(digits) * factor;
}
