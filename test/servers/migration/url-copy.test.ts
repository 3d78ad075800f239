import { randomBytes } from "node:crypto";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createBatchUploads } from "../../../functions/aws/migrate/batch-uploads.ts";
import { createCopier } from "../../../functions/aws/migrate/copier.ts";
import { hostile } from "../../providers/conformance/keys.ts";
import { sdk } from "../s3-subject.ts";
import { differences } from "./migrate.ts";
import { openGoogleStore } from "./stores.ts";
import { KIB, MIB, openUrlStage, type UrlStage } from "./url-stage.ts";

let stage: UrlStage;

beforeAll(async () => {
  stage = await openUrlStage();
});

afterAll(() => stage?.close());

test("MinIO to Azure: hostile names, no byte and one, whole and in parts, none passes through here", async () => {
  const { from, to, azure, notices, run } = await stage.pair("all-of-it");
  const keys = Object.values(hostile).filter((name) => !stage.minio.refuses(name));
  const objects: Record<string, Uint8Array> = {
    empty: Buffer.alloc(0),
    one: randomBytes(1),
    "one request": randomBytes(100 * KIB),
    "two parts": randomBytes(100 * KIB + 1),
    ...Object.fromEntries(keys.map((name) => [`names/${name}`, Buffer.from(name)])),
  };
  for (const [key, bytes] of Object.entries(objects)) await stage.put("all-of-it", key, bytes);
  await stage.putInParts("all-of-it", "uploaded in parts", randomBytes(5 * MIB + 7));
  const { summary, outcomes } = await run();
  const failed = [...outcomes.values()].filter(({ state }) => state !== "copied");
  for (const { error } of failed) expect(error).toMatchObject({ kind: "invalid-key" });
  const missing = await differences(from, to);
  expect(missing.map(({ name }) => name).toSorted()).toEqual(
    failed.map(({ key }) => key).toSorted(),
  );
  expect([summary.sent, azure.sentBytes(), notices]).toEqual([0, 0, []]);
  expect(outcomes.get("one request")?.proof).toBe("md5");
  for (const key of ["two parts", "uploaded in parts"]) {
    expect(outcomes.get(key)).toMatchObject({ state: "copied", sent: 0, proof: "crc64nvme" });
  }
  const facts = await to.storeCopy?.facts(parseKey("two parts"), {});
  const mtime = expect.stringMatching(/^\d+\.\d{9}$/) as string;
  expect(facts).toMatchObject({ type: "image/tiff", metadata: { made: "here", mtime } });

  const again = await run();
  expect(again.summary.sent).toBe(0);
  expect(again.summary.counts["done-before"].objects).toBe(outcomes.size - failed.length);
});

test("what nothing proves passes through here", async () => {
  const { from, to, azure, notices, run } = await stage.pair("unproven");
  const client = sdk(stage.minio.server);
  const object = { Bucket: "unproven", Key: "other sum", Body: randomBytes(100 * KIB + 1) };
  await client.putObject({ ...object, ChecksumAlgorithm: "SHA256" });
  client.destroy();
  const { outcomes } = await run();
  expect(outcomes.get("other sum")).toMatchObject({ state: "copied", sent: 100 * KIB + 1 });
  expect([azure.fetched, notices]).toEqual([[], []]);
  expect(await differences(from, to)).toEqual([]);
});

test("Google to Azure: by the MD5 that Google tells", async () => {
  const google = await openGoogleStore();
  onTestFinished(() => google.close());
  const { from, to, azure, run } = await stage.pair("from-google", { store: google });
  for (const name of ["a", "dir/ü +%2F&?#.txt"]) {
    await from.write(parseKey(name), Buffer.from(name), { type: "image/png" });
  }
  const { summary, outcomes } = await run();
  for (const outcome of outcomes.values()) {
    expect(outcome).toMatchObject({ state: "copied", sent: 0, proof: "md5" });
  }
  expect([summary.counts.copied.objects, azure.sentBytes()]).toEqual([2, 0]);
  expect(await differences(from, to)).toEqual([]);
});

test("the worker of the migration stack: Azure fetches there too", async () => {
  const { from, to, azure, wire } = await stage.pair("by-worker");
  for (const [key, size] of [
    ["small", 10],
    ["empty", 0],
  ] as const) {
    await stage.put("by-worker", key, randomBytes(size));
  }
  const side = { prefix: "", name: "" };
  const said: string[] = [];
  const copier = createCopier(
    { source: { ...side, bucket: from }, target: { ...side, bucket: to }, wire },
    {
      uploads: createBatchUploads([]),
      signal: new AbortController().signal,
      clock: () => performance.now(),
      random: Math.random,
      sleep: () => Promise.resolve(),
      say: (message) => said.push(message),
    },
  );
  const { objects } = await from.list();
  expect(objects).toHaveLength(2);
  for (const { key, size, etag, modified } of objects) {
    const object = { key, size, identity: etag, modified };
    const copied = { key, state: "copied", sent: 0, proof: "md5" };
    expect(await copier.copy(object)).toMatchObject(copied);
    expect(await copier.copy(object)).toMatchObject({ key, state: "equal" });
  }
  expect([copier.sent(), azure.sentBytes(), said]).toEqual([10, 0, []]);
  expect(await differences(from, to)).toEqual([]);
});
