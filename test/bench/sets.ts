import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkId } from "@remote-storage/core/links/sets/link-id.ts";
import { createLinkSets } from "@remote-storage/core/links/sets/link-sets.ts";
import { openDisk } from "../../functions/providers/disk/provider.ts";
import { measure, printFigures, printTable, type Row } from "./table.ts";

const LINKS = 1_000_000;
const FULL_LINKS = 5_000_000;
const BLOCK = 1000;

const link = (number: number) =>
  `s3://cars_2020_20_10/images/train/batch-${number % 97}/${number}.jpg`;

async function* linkFile(count: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < count; start += BLOCK) {
    yield Buffer.from(Array.from({ length: BLOCK }, (_, n) => `${link(start + n)}\n`).join(""));
  }
}

/** A link set of a million links: storing it, the first look-up, and those after it. */
export async function benchSets(full: boolean): Promise<void> {
  const count = full ? FULL_LINKS : LINKS;
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  const before = process.memoryUsage.rss();
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  try {
    const disk = openDisk(
      {
        kind: "http",
        dataPath: folder,
        keys: { type: "keys", accessKey: "bench", secretKey: "bench" },
        region: "us-east-1",
        publicOrigin: () => "http://localhost",
      },
      { now: () => new Date(), fetch, policy: { maxExpires: 604_800, window: 0 } },
    );
    const written = await once(() =>
      createLinkSets(disk.bucket("sets")).write("bench", linkFile(count), async (batches) => {
        let links = 0;
        for await (const batch of batches) links += batch.links.length;
        return links;
      }),
    );
    const sets = createLinkSets(disk.bucket("sets"));
    const first = await once(() => sets.find("bench", linkId(link(count - 1))));
    const rows: Row[] = [
      {
        what: "find a link by its id",
        micros: await measure(200, (n) => sets.find("bench", linkId(link((n * 7919) % count)))),
      },
      {
        what: "100 links from anywhere",
        micros: await measure(200, (n) => sets.slice("bench", (n * 7919) % (count - 100), 100)),
      },
    ];
    printTable(`Link set of ${count.toLocaleString("en")} links on the local disk`, rows);
    printFigures("and once", [
      ["store it, indexed on the way", written],
      ["first look-up in a new process: index it", first],
      ["memory above the start, at most", `${Math.round((most - before) / 1e6)} MB`],
    ]);
  } finally {
    clearInterval(watch);
    await rm(folder, { recursive: true });
  }
}

async function once(work: () => Promise<unknown>): Promise<string> {
  const start = performance.now();
  const busy = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(busy);
  const cpu = ((user + system) / 1e6).toFixed(1);
  return `${((performance.now() - start) / 1000).toFixed(1)} s, ${cpu} s of processor`;
}
