import picomatch from "picomatch";

export interface FilterOptions {
  /** Globs; none: everything. */
  readonly include: readonly string[];
  /** Globs; they win over `include`. */
  readonly exclude: readonly string[];
}

/**
 * Which keys are migrated. As with rclone: `*` and `?` stop at a slash, `**` does not; `[…]` and `{a,b}` work;
 * a pattern that begins with `/` holds from the beginning of the key, any other from any of its slashes.
 * Dots at the beginning of a name are nothing special.
 *
 * @see https://rclone.org/filtering/
 */
export function createFilter({ include, exclude }: FilterOptions): (key: string) => boolean {
  const included = include.length === 0 ? () => true : anyOf(include);
  const excluded = exclude.length === 0 ? () => false : anyOf(exclude);
  return (key) => included(key) && !excluded(key);
}

function anyOf(patterns: readonly string[]): (key: string) => boolean {
  const globs = patterns.map((pattern) => {
    if (pattern.startsWith("/")) return pattern.slice(1);
    return `**/${pattern}`;
  });
  // A key may hold line ends: they are characters like any other.
  const flags = "s";
  return picomatch(globs, {
    dot: true,
    nonegate: true,
    noextglob: true,
    strictSlashes: true,
    flags,
  });
}
