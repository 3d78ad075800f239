import { join } from "node:path";
import { type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBucketSource } from "../../functions/migration/bucket/source.ts";
import { openBucketTarget } from "../../functions/migration/bucket/target.ts";
import type { Wire } from "../../functions/migration/bucket/wire.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { openTestAccount } from "../providers/azure/account.ts";
import { readBytes } from "../providers/conformance/stage.ts";
import { noise, type Run, runWith, temporary } from "./stage.ts";

const KIB = 1024;

/** By which all bytes would go that go through here. */
const wire: Wire = {
  send: () => Promise.reject(new Error("the store copies by itself")),
  close: () => Promise.resolve(),
};

let azurite: Azurite;
let from: Bucket;
let to: Bucket;

beforeAll(async () => {
  azurite = await startAzurite();
  for (const name of ["source", "target"]) await azurite.createContainer(name);
  const account = openTestAccount(azurite, "key");
  [from, to] = [account.bucket("source"), account.bucket("target")];
});

afterAll(() => azurite?.close());

function migrate(prefix: string): Promise<Run> {
  const [source, target] = [
    { bucket: from, prefix, wire },
    { bucket: to, prefix: `copied/${prefix}` },
  ];
  return runWith({
    source: openBucketSource({ ...source, name: "azure://source/" }),
    target: openBucketTarget({ ...target, name: "azure://target/", wire }),
    journal: join(temporary(), "journal.sqlite"),
    byStore: { source, target, wholeUpTo: 100 * KIB, part: 64 * KIB },
  });
}

const bytesOf = async (bucket: Bucket, key: ObjectKey): Promise<Buffer> =>
  Buffer.from(await readBytes(bucket, key));

test("container to container: the store copies all of it, and no byte passes through here", async () => {
  const objects = {
    "a.jpg": noise(1000),
    empty: noise(0),
    "dir/ü +%2F&?#.txt": noise(10),
    "large.bin": noise(200 * KIB + 3),
  };
  for (const [name, bytes] of Object.entries(objects)) {
    await from.write(parseKey(`all/${name}`), bytes, { type: "image/jpeg" });
  }
  const { summary, outcomes } = await migrate("all/");
  expect(summary).toMatchObject({ sent: 0, counts: { copied: { objects: 4 } } });
  for (const [name, bytes] of Object.entries(objects)) {
    const key = parseKey(`copied/all/${name}`);
    expect(outcomes.get(name)).toMatchObject({ state: "copied", sent: 0, size: bytes.byteLength });
    expect(await bytesOf(to, key)).toEqual(bytes);
    expect((await to.stat(key)).type).toBe("image/jpeg");
  }
  expect(outcomes.get("a.jpg")?.proof).toBe("md5");

  const again = await migrate("all/");
  expect(again.summary).toMatchObject({ sent: 0, counts: { equal: { objects: 4 } } });
});

test("what lies in the target already is a conflict, told and kept", async () => {
  await from.write(parseKey("kept/object"), noise(10));
  const [key, other] = [parseKey("copied/kept/object"), noise(10)];
  await to.write(key, other);
  const { summary, outcomes } = await migrate("kept/");
  expect(summary.counts.conflict.objects).toBe(1);
  expect(outcomes.get("object")?.error?.message).toContain("it has another md5");
  expect(await bytesOf(to, key)).toEqual(other);
});
