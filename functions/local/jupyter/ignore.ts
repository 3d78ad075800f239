import { posix } from "node:path";

/** True for a path that is not kept in the storage; for a folder's path, nor is what it holds. */
export type Ignore = (path: string) => boolean;

/**
 * What Jupyter itself does not show (names that begin with a dot: `.ipynb_checkpoints`, `.git`, `.env`, its temporary
 * files), and what editors and Python leave behind.
 */
const ALWAYS = [".*", "*~", "~$*", "#*#", "__pycache__"];

/**
 * @param patterns globs: with a slash for the whole path, without one for any name on the way.
 * @param folders paths as they are, with all that is below.
 * @see https://nodejs.org/api/path.html#pathmatchesglobpath-pattern
 */
export function createIgnore(patterns: readonly string[], folders: readonly string[] = []): Ignore {
  const all = [...ALWAYS, ...patterns];
  const names = all.filter((pattern) => !pattern.includes("/"));
  const paths = all.filter((pattern) => pattern.includes("/")).map((one) => one.replace(/\/$/, ""));
  return (path) => {
    const parts = path.split("/");
    const ways = parts.map((_, depth) => parts.slice(0, depth + 1).join("/"));
    return (
      ways.some((way) => folders.includes(way)) ||
      parts.some((name) => names.some((pattern) => posix.matchesGlob(name, pattern))) ||
      ways.some((way) => paths.some((pattern) => posix.matchesGlob(way, pattern)))
    );
  };
}
