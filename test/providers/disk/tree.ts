import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";

/** Every path below a folder with what is there, links not followed; equal trees are untouched ones. */
export function treeOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path), contentOf(path)] as const)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** The files below a folder. */
export function filesIn(folder: string): string[] {
  return Object.entries(treeOf(folder))
    .filter(([, content]) => content.startsWith("file:"))
    .map(([path]) => path);
}

function contentOf(path: string): string {
  const stats = lstatSync(path);
  if (stats.isFile()) return `file:${stats.ino}:${readFileSync(path, "latin1")}`;
  if (stats.isSymbolicLink()) return `link:${readlinkSync(path)}`;
  return stats.isDirectory() ? "folder" : "special";
}
