import { mkdir, rename } from "node:fs/promises";
import type { Entry, EntryHeader } from "../cache-store.ts";
import { openFill, type Fill } from "./fill.ts";
import type { Health } from "./health.ts";
import { folderOf, pathOf, temporaryName } from "./layout.ts";
import { removeFile, type Stored } from "./stored.ts";

/** Bodies on their way to the disk. */
export interface Arrivals {
  has(name: string): boolean;
  /** To read a body while it arrives. */
  entry(name: string): Entry | undefined;
  /**
   * Takes a body in; `over` is called when it is kept or is not. `false`: the disk does not let it begin, and the
   * body has not been touched.
   */
  begin(
    name: string,
    header: EntryHeader,
    body: ReadableStream<Uint8Array>,
    over: () => void,
  ): Promise<boolean>;
  /** Bodies of such entries are not kept any more; resolves when none of them can still become a file. */
  forget(which: (header: EntryHeader) => boolean): Promise<void>;
  settled(): Promise<void>;
}

interface ArrivalsOptions {
  readonly root: string;
  readonly owner: string;
  readonly health: Health;
  /** A body is in its place, with so many bytes on disk. */
  readonly kept: (name: string, stored: Stored, size: number) => void;
}

export function createArrivals({ root, owner, health, kept }: ArrivalsOptions): Arrivals {
  const fills = new Map<string, Fill>();
  const running = new Set<Promise<void>>();
  let publishing = Promise.resolve();
  let count = 0;

  async function open(name: string, path: string, header: EntryHeader): Promise<Fill> {
    try {
      return await openFill(path, header);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await mkdir(folderOf(root, name), { recursive: true, mode: 0o700 });
      return openFill(path, header);
    }
  }

  async function take(
    name: string,
    current: Fill,
    path: string,
    body: ReadableStream<Uint8Array>,
  ): Promise<void> {
    try {
      const stored = await current.receive(body);
      const size = await current.size();
      publishing = publishAfter(publishing, () => publish(name, current, path, stored, size));
      await publishing;
    } catch (error) {
      health.failed(error);
    } finally {
      if (fills.get(name) === current) fills.delete(name);
      await removeFile(path).catch(health.failed);
      await current.release();
    }
  }

  /** One at a time, so that a purge has to wait for one rename at most, and none overtakes another. */
  async function publishAfter(earlier: Promise<void>, publishOne: () => Promise<void>) {
    await earlier;
    await publishOne().catch(health.failed);
  }

  /** Unless it has been purged or put anew meanwhile. */
  async function publish(name: string, current: Fill, path: string, stored: Stored, size: number) {
    if (fills.get(name) !== current) return;
    await rename(path, pathOf(root, name));
    kept(name, stored, size);
  }

  return {
    has: (name) => fills.has(name),
    entry: (name) => fills.get(name)?.entry,
    async begin(name, header, body, over) {
      count += 1;
      const path = `${folderOf(root, name)}/${temporaryName(name, owner, count)}`;
      try {
        const current = await open(name, path, header);
        fills.set(name, current);
        const taking = take(name, current, path, body).finally(() => {
          over();
          running.delete(taking);
        });
        running.add(taking);
        return true;
      } catch (error) {
        health.failed(error);
        return false;
      }
    },
    async forget(which) {
      for (const [name, { entry }] of Array.from(fills)) {
        if (which(entry.header)) fills.delete(name);
      }
      await publishing;
    },
    async settled() {
      await Promise.all(running);
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
