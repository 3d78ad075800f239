import { mapEach } from "@remote-storage/core/http/each.ts";
import type { Ignore } from "./ignore.ts";
import { hashOf, isChanging } from "./local-file.ts";
import { scanFolder } from "./scan.ts";
import type { SyncedFile } from "./sync-state.ts";

/** Files read at once: more do not make one disk faster. */
const READERS = 2;

/** A path and why nothing could be done about it. */
export interface Trouble {
  readonly path: string;
  readonly error: unknown;
}

/** What is in the notebook folder. */
export interface Survey {
  /** Fingerprints by path. */
  readonly seen: ReadonlyMap<string, string>;
  /** Hashes by path, without those in `restless`. */
  readonly local: ReadonlyMap<string, string>;
  /** Paths about which nothing can be said now: they have just changed, or cannot be read. */
  readonly restless: ReadonlySet<string>;
  /** Files are vanishing: how many will be gone in the end cannot be said yet. */
  readonly shrinking: boolean;
  readonly troubles: readonly Trouble[];
}

export interface Surveyor {
  /**
   * Looks at the folder and reads what may have changed. A path counts once it was found the same twice, so nothing is
   * read while it is being written, and no clock's coarseness hides a change.
   *
   * @param atRest nobody writes (any more): everything counts.
   * @throws the system's error when the folder cannot be read.
   */
  look(files: ReadonlyMap<string, SyncedFile>, atRest: boolean): Promise<Survey>;
}

export function createSurveyor(root: string, ignore: Ignore): Surveyor {
  let before: ReadonlyMap<string, string> | undefined;
  /** Hashes of what is not in the storage yet, by path and fingerprint: to be read once, however often it is tried. */
  let known = new Map<string, string>();

  return {
    async look(files, atRest) {
      const seen = await scanFolder(root, ignore);
      const last = before;
      before = seen;
      const paths = new Set([...seen.keys(), ...(last?.keys() ?? []), ...files.keys()]);
      const rests = (path: string) =>
        atRest || (last !== undefined && last.get(path) === seen.get(path));
      const restless = new Set([...paths].filter((path) => !rests(path)));
      const local = new Map<string, string>();
      const troubles: Trouble[] = [];
      const read = new Map<string, string>();
      await mapEach([...seen], READERS, async ([path, fingerprint]) => {
        if (restless.has(path)) return;
        const synced = files.get(path);
        const name = `${fingerprint} ${path}`;
        try {
          const hash =
            synced?.fingerprint === fingerprint
              ? synced.hash
              : (known.get(name) ?? (await hashOf({ root, path, fingerprint })));
          local.set(path, hash);
          if (hash !== synced?.hash) read.set(name, hash);
        } catch (error) {
          restless.add(path);
          if (atRest || !isChanging(error)) troubles.push({ path, error });
        }
      });
      known = read;
      const shrinking = !atRest && [...(last?.keys() ?? [])].some((path) => !seen.has(path));
      return { seen, local, restless, shrinking, troubles };
    },
  };
}
