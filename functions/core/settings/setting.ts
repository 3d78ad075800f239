import { DURATION, parseDuration } from "./duration.ts";
import { parseSize, SIZE } from "./size.ts";
import { BOOLEAN, parseBoolean, parseText } from "./values.ts";

/** One setting: how its text is read, and the line that documents it. */
export interface Setting<T> {
  readonly name: string;
  /** `undefined` for a text that is not one. The text is trimmed and never empty. */
  readonly parse: (text: string) => T | undefined;
  /** A phrase that completes "expected …". */
  readonly expected: string;
  /** What an absent setting means, as it would be written. */
  readonly default?: string;
  /** One line of markdown for the README's table. */
  readonly about: string;
  /** Never shown, and may be given as `<name>_FILE`. */
  readonly secret?: true;
}

/** A setting that always has a value. */
export interface SettingWithDefault<T> extends Setting<T> {
  readonly default: string;
}

const parsePositive =
  (parse: (text: string) => number | undefined) =>
  (text: string): number | undefined => {
    const value = parse(text);
    return value === 0 ? undefined : value;
  };

/** Any path that a file system can be asked for. */
export const parsePath = (text: string): string | undefined =>
  text.includes("\0") ? undefined : text;

/** A duration above zero, in seconds. */
export const duration = (
  name: string,
  standard: string,
  about: string,
): SettingWithDefault<number> => ({
  name,
  parse: parsePositive(parseDuration),
  expected: DURATION,
  default: standard,
  about,
});

/** A size above zero, in bytes. */
export const size = (
  name: string,
  standard: string,
  about: string,
): SettingWithDefault<number> => ({
  name,
  parse: parsePositive(parseSize),
  expected: SIZE,
  default: standard,
  about,
});

/** Off unless it is switched on. */
export const boolean = (name: string, about: string): SettingWithDefault<boolean> => ({
  name,
  parse: parseBoolean,
  expected: BOOLEAN,
  default: "false",
  about,
});

/** A text of the shape, without a default. */
export const text = (
  name: string,
  expected: string,
  about: string,
  shape?: RegExp,
): Setting<string> => ({
  name,
  parse: parseText(shape),
  expected,
  about,
});

/** Hides the value of a setting and lets a file hold it. */
export const secret = <T>(setting: Setting<T>): Setting<T> => ({ ...setting, secret: true });

/** A path, without a default. */
export const path = (name: string, expected: string, about: string): Setting<string> => ({
  name,
  parse: parsePath,
  expected,
  about,
});
