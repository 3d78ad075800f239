import { existsSync } from "node:fs";
import { join } from "node:path";

/** Entries lie in 256 folders by the first byte of their name, so that none grows too large to list. */
export const FOLDERS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

export function folderOf(root: string, name: string): string {
  return join(root, name.slice(0, 2));
}

/** Those that there are. */
export function foldersOf(root: string): readonly string[] {
  return FOLDERS.map((folder) => join(root, folder)).filter((folder) => existsSync(folder));
}

export function pathOf(root: string, name: string): string {
  // Every hit has a path made, and `join` costs more than looking the entry up.
  return `${root}/${name.slice(0, 2)}/${name}`;
}

/** In the entry's own folder, so that a rename publishes it. `owner` is different in every process. */
export function temporaryName(name: string, owner: string, count: number): string {
  return `.${name}.${owner}.${count}.tmp`;
}

export function isTemporary(file: string): boolean {
  return file.startsWith(".") && file.endsWith(".tmp");
}
