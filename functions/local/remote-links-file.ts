import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";

/** Where the file is when `REMOTE_LINKS_FILE` does not say: the original's place, then the working directory. */
const DEFAULT_PLACES = ["/remote_links.yml", "./remote_links.yml"];

/**
 * The text of remote_links.yml; `undefined` when none is named and there is none at the default places.
 *
 * @param readFile throws when it cannot, with the code `ENOENT` when there is no such file.
 * @throws SettingsError when the file that is named, or one that is there, cannot be read.
 */
export function readRemoteLinksFile(
  { remoteLinksFile }: Settings,
  readFile: (path: string) => string,
): string | undefined {
  for (const path of remoteLinksFile === undefined ? DEFAULT_PLACES : [remoteLinksFile]) {
    try {
      return readFile(path);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (remoteLinksFile === undefined && code === "ENOENT") continue;
      const value = JSON.stringify(path);
      const expected = `a file that can be read (${String(code)})`;
      throw new SettingsError([{ name: "REMOTE_LINKS_FILE", value, expected }]);
    }
  }
  return undefined;
}
