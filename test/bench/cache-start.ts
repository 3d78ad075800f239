import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@remote-storage/core/log.ts";
import { openDiskStore } from "../../functions/cache/disk/disk-store.ts";
import { originalKey } from "../../functions/cache/entry-key.ts";
import { printFigures } from "./table.ts";

const SIZES = [2_000, 20_000];
const LARGE = 200_000;

/** How long a start takes to know what the cache holds, at ten times as many entries each. */
export async function benchCacheStart(full: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  const figures: (readonly [string, string])[] = [];
  try {
    let entries = 0;
    for (const size of full ? [...SIZES, LARGE] : SIZES) {
      await fill(folder, entries, size);
      entries = size;
      const [start, before] = [performance.now(), process.cpuUsage()];
      const store = open(folder);
      await store.scanned;
      const { user, system } = process.cpuUsage(before);
      const micros = ((performance.now() - start) * 1000) / size;
      await store.close();
      const each = `${micros.toFixed(1)} µs each, ${((user + system) / size).toFixed(1)} of processor`;
      figures.push([`${size} entries`, each]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  printFigures(
    "Start of the disk cache: to know what is there (the server answers meanwhile)",
    figures,
  );
}

function open(folder: string) {
  const owner = "bench";
  return openDiskStore({ folder, limit: 1e12, now: Date.now, log: silentLog, owner });
}

async function fill(folder: string, from: number, to: number): Promise<void> {
  const store = open(folder);
  const body = Buffer.alloc(3000);
  const at = Date.now();
  const times = { created: at, confirmed: at, expires: at + 1e9 };
  for (let index = from; index < to; index += 1) {
    const key = originalKey({ provider: "s3", bucket: "bench", key: `images/${index}.jpg` });
    const header = { key, size: body.length, ...times, type: "image/jpeg", etag: '"1"' };
    await store.put(header, ReadableStream.from([body]));
    if (index % 50 === 0) await store.settled();
  }
  await store.close();
}
