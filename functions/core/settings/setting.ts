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
