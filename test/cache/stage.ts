import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { silentLog, type Log } from "@remote-storage/core/log.ts";
import type { Body, CacheStore, EntryHeader, EntryKey } from "../../functions/cache/cache-store.ts";
import { openDiskStore, type DiskStore } from "../../functions/cache/disk/disk-store.ts";
import { headerOf } from "./keys.ts";

/** A clock that tests set. */
export interface Clock {
  at: number;
  readonly now: () => number;
}

export function createClock(at = Date.parse("2030-01-01T00:00:00Z")): Clock {
  const clock = { at, now: () => clock.at };
  return clock;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cache-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let owners = 0;

/** A store as a new process would open it. */
export function openStore(
  folder: string,
  limit: number,
  clock: Clock,
  options: { readonly shortage?: () => Promise<number>; readonly log?: Log } = {},
): DiskStore {
  owners += 1;
  return openDiskStore({
    folder,
    limit,
    now: clock.now,
    log: silentLog,
    owner: `owner${owners}`,
    // What else lies on the disk of whoever runs the tests must not matter.
    shortage: () => Promise.resolve(0),
    ...options,
  });
}

/** Puts a body and waits until it is on disk. */
export async function put(
  store: DiskStore,
  key: EntryKey,
  body: Uint8Array | string,
  clock: Clock,
  changes: Partial<EntryHeader> = {},
): Promise<boolean> {
  const bytes = Buffer.from(body);
  const header = headerOf(key, bytes.byteLength, clock, changes);
  const kept = await store.put(header, ReadableStream.from([bytes]));
  await store.settled();
  return kept;
}

export async function get(store: CacheStore, key: EntryKey): Promise<string | undefined> {
  const entry = await store.open(key);
  return entry && Buffer.from(await entry.bytes()).toString();
}

/** A body that is not in memory. */
export function asStream(body: Body): ReadableStream<Uint8Array> {
  if (body instanceof Uint8Array) throw new TypeError("the body is in memory");
  return body;
}

/** Bytes that tell which entry and which version they are of. */
export function pattern(seed: string, size: number): Buffer {
  return Buffer.alloc(size, `${seed}.`);
}
