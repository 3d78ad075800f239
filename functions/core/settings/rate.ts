import type { Rate } from "../access/rate-limiter.ts";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** What {@link parseRate} reads, for error messages. */
export const RATE = "off, or a rate such as 50/s, 600/m or 5000/h";

/** `50/s`, `600/m`, `5000/h`, or `off`; `undefined` for anything else. */
export function parseRate(text: string): Rate | "off" | undefined {
  if (text === "off") return text;
  const [, digits, unit = ""] = /^([1-9]\d{0,8})\/([smh])$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  return seconds === undefined ? undefined : { count: Number(digits), seconds };
}
