import { existsSync, readFileSync } from "node:fs";

const DEFAULT_PLACE = "./remote_links.yml";

export const readText = (path: string): string => readFileSync(path, "utf8");

/** The text of the file that is named, or of the one in the working directory if there is one. */
export function readRemoteLinks(path: string | undefined): string | undefined {
  if (path === undefined && !existsSync(DEFAULT_PLACE)) return undefined;
  return readText(path ?? DEFAULT_PLACE);
}
