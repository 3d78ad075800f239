import { join } from "node:path";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBucketSource } from "../../functions/migration/bucket/source.ts";
import { openBucketTarget } from "../../functions/migration/bucket/target.ts";
import { createWire, type Wire } from "../../functions/migration/bucket/wire.ts";
import { openAzure } from "../../functions/providers/azure/provider.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { CONTEXT as PROVIDER } from "../providers/disk/service.ts";
import { hashOf, noise, openStage, runWith, targetTree, temporary, treeOf } from "./stage.ts";

const KIB = 1024;
const sizes = { wholeUpTo: 100 * KIB, part: 64 * KIB };

let azurite: Azurite;
let wire: Wire;

beforeAll(async () => {
  azurite = await startAzurite();
  await azurite.createContainer("images");
  wire = createWire({ connections: 8 });
});

afterAll(async () => {
  await wire.close();
  await azurite.close();
});

function container() {
  const { endpoint, basePath, account, keys } = azurite;
  const config = { kind: "azure", endpoint, basePath, account, credentials: keys } as const;
  return openAzure(config, PROVIDER).bucket("images");
}

test("there and back: the same files, types and times, proven by MD5", async () => {
  const stage = await openStage();
  stage.put("a.jpg", noise(1000));
  stage.put("empty", "");
  stage.put("dir/ü +%2F.txt", "text");
  stage.put("large.bin", noise(200 * KIB + 3));
  const bucket = container();
  const place = { bucket, prefix: "some/", name: "azure", wire };
  const there = await stage.run({ target: openBucketTarget(place), sizes });
  expect(there.summary.counts.copied.objects).toBe(4);
  expect(there.outcomes.get("a.jpg")?.proof).toBe("md5");
  expect(there.outcomes.get("large.bin")?.proof).toBe("md5");
  expect((await bucket.stat(parseKey("some/a.jpg"))).type).toBe("image/jpeg");

  const looked = await openBucketTarget(place).look("large.bin", {});
  const original = await stage.source.find("large.bin", {});
  const mtime = Number(looked?.metadata["mtime"]);
  expect(Math.abs(mtime * 1000 - (original?.modified.getTime() ?? 0))).toBeLessThan(1);

  const journal = join(temporary(), "back.sqlite");
  const back = await runWith({
    source: openBucketSource(place),
    target: stage.target,
    journal,
    sizes,
  });
  expect(back.summary.counts.copied.objects).toBe(4);
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("a run without its journal finds all of it equal: by MD5, and by time where Azure has none", async () => {
  const stage = await openStage();
  stage.put("small", noise(10));
  stage.put("large", noise(200 * KIB));
  const target = openBucketTarget({ bucket: container(), prefix: "again/", name: "azure", wire });
  await stage.run({ target, sizes });
  const journal = join(temporary(), "new.sqlite");
  const { outcomes, summary } = await stage.run({ target, sizes, journal });
  expect(summary).toMatchObject({ sent: 0, counts: { equal: { objects: 2 } } });
  expect(outcomes.get("small")?.proof).toBe("md5");
});

test("what browsers are told and the user's own metadata travel with the object, whole and in parts", async () => {
  const from = openBucketTarget({ bucket: container(), prefix: "from/", name: "from", wire });
  const description = {
    type: "text/plain",
    metadata: { mtime: "1.000000000", owner: "team a" },
    headers: { "cache-control": "max-age=5", "content-encoding": "gzip" },
  };
  const { crc32 } = await import("node:zlib");
  const bytes = { small: noise(10), large: noise(200 * KIB) };
  for (const [key, content] of Object.entries(bytes)) {
    await from.put(key, content, crc32(content), description, { replace: false });
  }
  const source = openBucketSource({ bucket: container(), prefix: "from/", name: "from", wire });
  const to = { bucket: container(), prefix: "to/", name: "to", wire };
  const journal = join(temporary(), "j.sqlite");
  await runWith({ source, target: openBucketTarget(to), journal, sizes });
  const copies = openBucketSource(to);
  for (const [key, content] of Object.entries(bytes)) {
    const object = await copies.find(key, {});
    const piece = await copies.read(object!, undefined, {});
    expect(hashOf(piece.bytes)).toBe(hashOf(content));
    expect(piece).toMatchObject(description);
  }
});

test("an object that another version replaces while it is read is told as changed", async () => {
  const bucket = container();
  const key = parseKey("moving/object");
  await bucket.write(key, Buffer.from("one"));
  const source = openBucketSource({ bucket, prefix: "moving/", name: "moving", wire });
  const object = await source.find("object", {});
  await bucket.write(key, Buffer.from("two"));
  await expect(source.read(object!, undefined, {})).rejects.toThrow("another version");
});
