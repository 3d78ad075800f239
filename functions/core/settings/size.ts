const UNITS = "kmgt";

/** What {@link parseSize} reads, for error messages. */
export const SIZE = "a size such as 512k, 1m, 10g or 1t";

/**
 * `512k 1m 10g 1t` in bytes, units of 1024 and either case; a bare number is bytes. Anything else,
 * and what a double cannot count exactly, is `undefined`.
 */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,15})([kmgt]?)$/i.exec(text) ?? [];
  if (unit === undefined) return undefined;
  const power = unit === "" ? 0 : UNITS.indexOf(unit.toLowerCase()) + 1;
  const bytes = Number(digits) * 1024 ** power;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
