import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { errnoOf } from "../../providers/disk/errno.ts";
import type { Synced } from "./plan.ts";

/** Lies in the notebook folder, hidden as all that begins with a dot: whoever loses the folder loses both. */
const FOLDER = ".remote-storage";
const FILE = "jupyter-sync.json";
const PART = ".part";

/** What was last the same on both sides, and how the file looked then. */
export interface SyncedFile extends Synced {
  /** Empty: the file has to be read to know. */
  readonly fingerprint: string;
}

const stored = v.object({
  version: v.literal(1),
  /** Another bucket or prefix has another history. */
  place: v.string(),
  files: v.array(
    v.tuple([
      v.string(),
      v.object({ hash: v.string(), etag: v.string(), fingerprint: v.string() }),
    ]),
  ),
});

/** What is known of the notebook folder from one start to the next. */
export interface SyncState {
  /** By path. Changes count once they are saved. */
  readonly files: Map<string, SyncedFile>;
  /** Why nothing is known from before, when there was something. */
  readonly note?: string;
  /** False when the folder is not the one that was opened: gone, unmounted, or emptied with all that is hidden. */
  isThere(): boolean;
  /** In one step, and on the disk when it resolves. Fails when the folder is gone. */
  save(): Promise<void>;
  /** Where something may lie until it is renamed into its place. */
  temporary(name: string): string;
}

/** Opens what is known of the folder, making folder and file when they are missing. Throws the system's error. */
export async function openState(root: string, place: string): Promise<SyncState> {
  const folder = join(root, FOLDER);
  const path = join(folder, FILE);
  mkdirSync(folder, { recursive: true });
  // Left behind by a process that was killed.
  for (const name of readdirSync(folder)) if (name.endsWith(PART)) rmSync(join(folder, name));
  const { files, note } = read(path, place);
  const temporary = (name: string) => join(folder, `${name}${PART}`);
  const state: SyncState = {
    files,
    ...(note !== undefined && { note }),
    isThere: () => existsSync(path),
    async save() {
      const text = JSON.stringify({ version: 1, place, files: [...files] });
      await writeFile(temporary("state"), text, { flush: true });
      await rename(temporary("state"), path);
    },
    temporary,
  };
  await state.save();
  return state;
}

function read(path: string, place: string): Pick<SyncState, "files" | "note"> {
  const files = new Map<string, SyncedFile>();
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return { files };
    throw error;
  }
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), stored), text);
  if (!result.success) return { files, note: `${path} is damaged: both sides are compared anew` };
  if (result.output.place !== place) {
    return {
      files,
      note: "the folder was kept in another place before: both sides are compared anew",
    };
  }
  return { files: new Map(result.output.files) };
}
