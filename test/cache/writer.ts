/**
 * A process that fills a disk store until it is killed: `node writer.ts FOLDER LIMIT SEED MEGABYTES`. It prints a dot
 * when four more entries are kept. The body of each entry follows from its name and etag, so that whoever finds it can
 * tell whether it is right.
 */
import { silentLog } from "@remote-storage/core/log.ts";
import { openDiskStore } from "../../functions/cache/disk/disk-store.ts";
import { bodyOf } from "./body-of.ts";
import { headerOf, keyOf } from "./keys.ts";

const [folder = "", limit = "0", seed = "", megabytes = "0"] = process.argv.slice(2);
const store = openDiskStore({
  folder,
  limit: Number(limit),
  now: Date.now,
  log: silentLog,
  owner: `writer${process.pid}`,
  shortage: () => Promise.resolve(0),
});

let written = 0;
for (let count = 0; written < Number(megabytes) * 1024 * 1024; count += 1) {
  const name = `picture-${(Number(seed) * 7 + count) % 1200}`;
  const etag = `"${seed}-${count}"`;
  const body = bodyOf(name, etag);
  const key = keyOf(name);
  const header = headerOf(key, body.length, { at: Date.now() }, { etag });
  await store.put(header, ReadableStream.from(chunksOf(body)));
  if (count % 4 === 3) {
    await store.settled();
    process.stdout.write(".");
  }
  written += body.length;
}
await store.close();

function* chunksOf(body: Buffer) {
  for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
}
