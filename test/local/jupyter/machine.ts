import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { createIgnore } from "../../../functions/local/jupyter/ignore.ts";
import { createSync, type Sync } from "../../../functions/local/jupyter/sync.ts";
import { openState } from "../../../functions/local/jupyter/sync-state.ts";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { CONTEXT, configFor } from "../../providers/disk/service.ts";

const PREFIX = "jupyter/";

let writes = 0;

/** A storage and machines that keep their notebooks in it, all in one throw-away folder. */
export function openWorld() {
  const folder = mkdtempSync(join(tmpdir(), "jupyter-"));
  const bucket = openDisk(configFor(join(folder, "data")), CONTEXT).bucket("x-private");
  return {
    folder,
    bucket,
    /** Starts a machine, which has what its folder has. */
    start: (name: string, options: MachineOptions = {}) =>
      startMachine(join(folder, name), { bucket, ...options }),
    /** Contents of the storage by path. */
    async stored(): Promise<Record<string, string>> {
      const { objects } = await bucket.list({ prefix: PREFIX });
      const entries = objects.map(async ({ key }) => {
        const result = await bucket.read(key);
        return [key.slice(PREFIX.length), result.state === "full" ? await text(result.body) : ""];
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    store: (path: string, content: string) =>
      bucket.write(parseKey(PREFIX + path), new TextEncoder().encode(content)),
    unstore: (path: string) => bucket.remove(parseKey(PREFIX + path)),
    close: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface MachineOptions {
  readonly bucket?: Bucket;
  readonly place?: string;
  readonly ignore?: readonly string[];
  readonly mostRemovals?: number;
  readonly sends?: boolean;
  readonly signal?: AbortSignal;
}

export interface Machine extends Sync {
  readonly root: string;
  readonly note: string | undefined;
  write(path: string, content: string): void;
  read(path: string): string;
  remove(path: string): void;
  /** Contents by path, hidden files apart. */
  files(): Record<string, string>;
  /** Looks twice, as the loop does: what is at rest is sent. */
  settle(): ReturnType<Sync["send"]>;
}

async function startMachine(
  root: string,
  options: MachineOptions & { readonly bucket: Bucket },
): Promise<Machine> {
  mkdirSync(root, { recursive: true });
  const state = await openState(root, options.place ?? "here");
  const sync = createSync({
    root,
    state,
    remote: { bucket: options.bucket, prefix: PREFIX },
    ignore: createIgnore(options.ignore ?? []),
    mostRemovals: options.mostRemovals ?? 50,
    sends: options.sends ?? true,
    signal: options.signal ?? new AbortController().signal,
  });
  const files = (): string[] =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .filter((path) => !path.startsWith("."));
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  return {
    ...sync,
    root,
    note: state.note,
    read,
    write(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
      // Tests write faster than a file system's clock ticks.
      utimesSync(join(root, path), 0, ++writes);
    },
    remove(path) {
      rmSync(join(root, path), { recursive: true });
    },
    files: () => Object.fromEntries(files().map((path) => [path, read(path)])),
    async settle() {
      await sync.send();
      return sync.send();
    },
  };
}
