import { join } from "node:path";
import { type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openBucketSource } from "../../functions/migration/bucket/source.ts";
import { openBucketTarget } from "../../functions/migration/bucket/target.ts";
import { createWire, type Wire } from "../../functions/migration/bucket/wire.ts";
import { openTestAccount } from "../providers/azure/account.ts";
import { readBytes } from "../providers/conformance/stage.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import {
  type FetchFaults,
  type FetchingAzure,
  startFetchingAzure,
} from "../support/fetching-azure.ts";
import { noise, type Run, runWith, temporary } from "./stage.ts";

const AT_A_TIME = 8;

let azurite: Azurite;
let from: Bucket;
let wire: Wire;

beforeAll(async () => {
  azurite = await startAzurite();
  for (const name of ["source", "target"]) await azurite.createContainer(name);
  from = openTestAccount(azurite, "key").bucket("source");
  wire = createWire({ connections: 8 });
});

afterAll(async () => {
  await wire?.close();
  await azurite?.close();
});

interface Migrated extends Run {
  readonly azure: FetchingAzure;
  readonly notices: readonly string[];
  readonly bytes: (key: string) => Promise<Buffer>;
}

/** From one account to what is, by its address, another one. */
async function migrate(prefix: string, faults?: FetchFaults): Promise<Migrated> {
  const azure = await startFetchingAzure(azurite, faults);
  onTestFinished(() => azure.close());
  const to = openTestAccount(azure.azurite, "key").bucket("target");
  const source = { bucket: from, prefix, wire };
  const target = { bucket: to, prefix: `copied/${prefix}` };
  const notices: string[] = [];
  const run = await runWith(
    {
      source: openBucketSource({ ...source, name: "azure://source/" }),
      target: openBucketTarget({ ...target, name: "azure://target/", wire }),
      journal: join(temporary(), "journal.sqlite"),
      concurrency: AT_A_TIME,
      byStore: { source, target },
    },
    { onNotice: (notice) => notices.push(notice) },
  );
  const bytes = async (key: string) =>
    Buffer.from(await readBytes(to, parseKey(`copied/${prefix}${key}`)));
  return { ...run, azure, notices, bytes };
}

const write = (key: ObjectKey | string, bytes: Uint8Array) =>
  from.write(parseKey(key), bytes, { type: "image/jpeg" });

test("the target fetches what has an MD5: no byte passes through here", async () => {
  const objects = {
    "a.jpg": noise(1000),
    empty: noise(0),
    one: noise(1),
    "dir/ü +%2F&?#.txt": noise(10),
  };
  for (const [name, bytes] of Object.entries(objects)) await write(`all/${name}`, bytes);
  const { summary, outcomes, azure, notices, bytes } = await migrate("all/");
  expect(summary).toMatchObject({ sent: 0, counts: { copied: { objects: 4 } } });
  expect([azure.sentBytes(), azure.fetched.length, notices]).toEqual([0, 4, []]);
  for (const [name, written] of Object.entries(objects)) {
    expect(outcomes.get(name)).toMatchObject({ state: "copied", sent: 0, proof: "md5" });
    expect(await bytes(name)).toEqual(written);
  }
  const to = openTestAccount(azure.azurite, "key").bucket("target");
  const key = parseKey("copied/all/a.jpg");
  const { modified } = await from.stat(parseKey("all/a.jpg"));
  expect(await to.storeCopy?.facts(key, {})).toMatchObject({
    type: "image/jpeg",
    checksums: { md5: expect.any(String) as string },
    metadata: { mtime: `${modified.getTime() / 1000}.000000000` },
  });
  const again = await migrate("all/");
  expect(again.summary).toMatchObject({ sent: 0, counts: { equal: { objects: 4 } } });
  expect(again.azure.fetched).toEqual([]);
});

test("what arrives as other bytes is refused, and passes through here", async () => {
  const written = noise(1000);
  await write("spoiled/object", written);
  const { outcomes, azure, bytes } = await migrate("spoiled/", { spoil: () => noise(1000) });
  expect(outcomes.get("object")).toMatchObject({ state: "copied", sent: 1000 });
  expect([azure.fetched.length, azure.sentBytes()]).toEqual([1, 1000]);
  expect(await bytes("object")).toEqual(written);
});

test("a source that the target cannot reach is told once, and soon not tried any more", async () => {
  for (let index = 0; index < 40; index++) await write(`far/${index}`, noise(10));
  let tries = 0;
  const { summary, notices } = await migrate("far/", {
    onFetch: () => {
      tries += 1;
      throw new Error("no route");
    },
  });
  expect(summary).toMatchObject({ sent: 400, counts: { copied: { objects: 40 } } });
  expect(notices).toEqual([
    "Azure cannot fetch the object from where it lies: the bytes pass through here",
  ]);
  // Until four are refused, three of them make room for others; each is tried three times.
  expect(tries).toBeLessThanOrEqual((AT_A_TIME + 3) * 3);
});

test("a source that changes or goes while it is fetched is told, and not copied", async () => {
  await write("changing/a", noise(1000));
  await write("changing/b", noise(1000));
  const { outcomes, notices } = await migrate("changing/", {
    onFetch: async (url) => {
      if (url.includes("/a?")) await write("changing/a", noise(1000));
      else await from.remove(parseKey("changing/b"));
    },
  });
  for (const key of ["a", "b"]) expect(outcomes.get(key)).toMatchObject({ state: "changed" });
  expect(notices).toEqual([]);
});

test("what comes to lie in the target meanwhile is a conflict, and kept", async () => {
  await write("taken/object", noise(10));
  const other = noise(10);
  const { outcomes, bytes } = await migrate("taken/", {
    onFetch: async () => {
      const to = openTestAccount(azurite, "key").bucket("target");
      await to.write(parseKey("copied/taken/object"), other);
    },
  });
  expect(outcomes.get("object")).toMatchObject({ state: "conflict" });
  expect(await bytes("object")).toEqual(other);
});
