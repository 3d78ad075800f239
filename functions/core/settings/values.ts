/** What {@link parseBoolean} reads, for error messages. */
export const BOOLEAN = "true, false, 1, 0, yes or no";

/** `true/false/1/0/yes/no` in any case. */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(true|1|yes)$/i.test(text)) return true;
  return /^(false|0|no)$/i.test(text) ? false : undefined;
}

/** One of the words, exactly as written. */
export function parseOneOf<T extends string>(words: readonly T[]): (text: string) => T | undefined {
  return (text) => words.find((word) => word === text);
}

/** A text of the shape; without one, any text. */
export function parseText(shape?: RegExp): (text: string) => string | undefined {
  return (text) => (shape === undefined || shape.test(text) ? text : undefined);
}

/** 0 to 65535. */
export function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

/** An absolute http(s) URL without query, fragment and user; a trailing slash is dropped. */
export function parsePublicUrl(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || /[?#@\s]/.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).href.replace(/\/+$/, "");
}

/** Origins as browsers send them, comma-separated, or `*` alone. */
export function parseCorsOrigins(text: string): readonly string[] | undefined {
  const origins = text.split(",").map((item) => item.trim());
  const valid = origins.every((item) =>
    item === "*" ? origins.length === 1 : URL.canParse(item) && new URL(item).origin === item,
  );
  return valid ? origins : undefined;
}
