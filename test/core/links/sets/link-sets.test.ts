import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { linkId } from "../../../../functions/core/links/sets/link-id.ts";
import { createLinkSets } from "../../../../functions/core/links/sets/link-sets.ts";
import { StorageError } from "../../../../functions/core/storage/errors.ts";
import { parseKey } from "../../../../functions/core/storage/key.ts";
import type { Bucket } from "../../../../functions/core/storage/provider.ts";
import { openDisk } from "../../../../functions/providers/disk/provider.ts";

let folder = "";
let bucket: Bucket;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "link-sets-"));
  bucket = openDisk(
    {
      kind: "http",
      dataPath: folder,
      keys: { type: "keys", accessKey: "a", secretKey: "b" },
      region: "us-east-1",
      publicOrigin: () => "http://localhost",
    },
    { now: () => new Date(), fetch, policy: { maxExpires: 3600, window: 0 } },
  ).bucket("private");
});
afterEach(() => rm(folder, { recursive: true }));

async function* body(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

async function count(batches: AsyncIterable<{ readonly links: readonly unknown[] }>) {
  let links = 0;
  for await (const batch of batches) links += batch.links.length;
  return links;
}

const text = async (name: string) =>
  new Response((await createLinkSets(bucket).read(name)).body).text();

test("a verdict that fails, a reader that leaves and a body that breaks store nothing", async () => {
  const sets = createLinkSets(bucket);
  await sets.write("kept", body("s3://b/old\n"), count);
  const failing = [
    sets.write("kept", body("s3://b/1\n", "s3://b/2\n"), () => Promise.reject(new Error("no"))),
    sets.write("kept", body("s3://b/1\n", "s3://b/2\n"), async (batches) => {
      for await (const _ of batches) break;
      return 0;
    }),
    sets.write("kept", broken(), count),
  ];
  const outcomes = await Promise.allSettled(failing);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(outcomes[0]).toMatchObject({ reason: { message: "no" } });
  expect(outcomes[2]).toMatchObject({ reason: { message: "the client left" } });
  expect(await text("kept")).toBe("s3://b/old\n");
  expect(await readdir(join(folder, "storage/private/links"))).toEqual(["kept.txt"]);
});

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("s3://b/1\n");
  throw new Error("the client left");
}

test("a store that does not take the set ends the reading with its own error", async () => {
  const full: Bucket = {
    ...bucket,
    write: () =>
      Promise.reject(
        new StorageError("denied", "no right to write", { provider: "x", operation: "write" }),
      ),
  };
  const endless = (async function* () {
    for (;;) yield Buffer.from("s3://b/1\n".repeat(1000));
  })();
  const written = createLinkSets(full).write("full", endless, count);
  await expect(written).rejects.toThrow("no right to write");
});

test("look-ups read a part of the file, and its index once", async () => {
  const reads: unknown[] = [];
  const counted: Bucket = {
    ...bucket,
    read: (key, options) => {
      reads.push(options?.range);
      return bucket.read(key, options);
    },
  };
  const links = Array.from({ length: 20_000 }, (_, n) => `s3://b/${n}.jpg`);
  await createLinkSets(bucket).write("big", body(links.join("\n")), count);
  const sets = createLinkSets(counted);
  const found = await Promise.all(
    [0, 10_000, 19_999].map((n) => sets.find("big", linkId(links[n]!))),
  );
  expect(found.map((line) => line?.line)).toEqual([1, 10_001, 20_000]);
  expect(reads.filter((range) => range === undefined)).toHaveLength(1);
  const { total, links: page } = await sets.slice("big", 15_000, 2);
  expect(total).toBe(20_000);
  expect(page.map(({ link }) => link)).toEqual(links.slice(15_000, 15_002));
  const sizes = reads.flatMap((range) => {
    const { start = 0, end = 0 } = (range ?? {}) as { start?: number; end?: number };
    return range === undefined ? [] : [end - start];
  });
  expect(Math.max(...sizes)).toBeLessThan(200_000);
});

test("a set that another process replaces between two look-ups is read anew", async () => {
  const here = createLinkSets(bucket);
  const there = createLinkSets(bucket);
  await here.write("shared", body("s3://b/1\ns3://b/2\n"), count);
  expect((await here.find("shared", linkId("s3://b/2")))?.line).toBe(2);
  await there.write("shared", body("s3://b/2\n# and a longer tail than before\n"), count);
  expect((await here.find("shared", linkId("s3://b/2")))?.line).toBe(1);
  expect(await here.find("shared", linkId("s3://b/1"))).toBeUndefined();
  await there.remove("shared");
  await expect(here.find("shared", linkId("s3://b/2"))).rejects.toMatchObject({
    kind: "not-found",
  });
});

test("only objects that are sets are listed", async () => {
  const sets = createLinkSets(bucket);
  await sets.write("b", body("s3://b/1\n"), count);
  await sets.write("a", body(""), count);
  for (const key of ["links/a.csv", "links/sub/c.txt", "links/.hidden.txt", "links/a b.txt"]) {
    await bucket.write(parseKey(key), Buffer.from("x"));
  }
  const { sets: listed } = await sets.list({ limit: 1000 });
  expect(listed.map(({ name, size }) => [name, size])).toEqual([
    ["a", 0],
    ["b", 9],
  ]);
});
