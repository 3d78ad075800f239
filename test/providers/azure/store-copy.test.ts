import { createHash } from "node:crypto";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket, UploadedPart } from "@remote-storage/core/storage/provider.ts";
import type { StoreCopy } from "@remote-storage/core/storage/store-copy.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Azurite, startAzurite } from "../../support/azurite.ts";
import { pattern, readBytes, someKey, text } from "../conformance/stage.ts";
import { openTestAccount } from "./account.ts";

const DESCRIBED = {
  metadata: { origin: "camera" },
  blobHTTPHeaders: {
    blobContentType: "image/png",
    blobCacheControl: "max-age=5",
    blobContentLanguage: "de",
  },
};

describe.each(["key", "identity"] as const)("containers of one account, with its %s", (as) => {
  let azurite: Azurite;
  let service: BlobServiceClient;
  let source: Bucket;
  let target: Bucket;
  let from: StoreCopy;
  let to: StoreCopy;

  beforeAll(async () => {
    azurite = await startAzurite({ https: as === "identity" });
    for (const name of ["source", "target"]) await azurite.createContainer(name);
    const { account, basePath, endpoint, keys } = azurite;
    const credential = new StorageSharedKeyCredential(account, keys.secretKey);
    service = new BlobServiceClient(endpoint.origin + basePath, credential);
    const opened = openTestAccount(azurite, as);
    [source, target] = [opened.bucket("source"), opened.bucket("target")];
    [from, to] = [source.storeCopy!, target.storeCopy!];
  }, 60_000);
  afterAll(() => azurite?.close());

  const store = async (key: ObjectKey, bytes: Uint8Array) => {
    const blob = service.getContainerClient("source").getBlockBlobClient(key);
    await blob.upload(Buffer.from(bytes), bytes.byteLength, DESCRIBED);
    return { bucket: "source", key, etag: (await source.stat(key)).etag };
  };
  const copyParts = async (key: ObjectKey, version: Awaited<ReturnType<typeof store>>) => {
    const id = await target.multipart.create(key);
    const ranges = [
      { start: 0, end: 999 },
      { start: 1000, end: 1000 },
      { start: 1001, end: 2499 },
    ];
    const parts: UploadedPart[] = [];
    for (const range of ranges) {
      const upload = { id, number: parts.length + 1 };
      parts.push(await to.part(key, upload, { ...version, range }, {}));
    }
    return { id, parts };
  };

  test("share a reach that tells no secret", () => {
    expect(from.reach).toBe(to.reach);
    expect(from.reach).not.toContain(azurite.keys.secretKey);
  });

  test("tell what a copy must keep", async () => {
    const key = someKey();
    const bytes = pattern(100);
    const { etag } = await store(key, bytes);
    const { modified } = await source.stat(key);
    expect(await from.facts(key, {})).toEqual({
      size: 100,
      etag,
      modified,
      type: "image/png",
      checksums: { md5: createHash("md5").update(bytes).digest("base64") },
      metadata: { origin: "camera" },
      headers: { "cache-control": "max-age=5", "content-language": "de" },
    });
    const missing = from.facts(someKey(), {});
    await expect(missing).rejects.toMatchObject({ kind: "not-found" });
  });

  test.each([
    ["an object", "dir/a.bin", 2500],
    ["an empty object", "dir/empty", 0],
    ["a hostile name", "dir/ü +%2F%25&?=#;'\"<x>/..a/~ b.txt", 10],
  ])("copy %s whole, with all that is told of it", async (_, name, size) => {
    const key = parseKey(name);
    const version = await store(key, pattern(size));
    const copied = await to.whole(key, version, {});
    const facts = await to.facts(key, {});
    expect(copied).toEqual({ etag: facts.etag, checksums: facts.checksums });
    const { type, metadata, headers, checksums } = await from.facts(key, {});
    expect(facts).toMatchObject({ size, type, metadata, headers, checksums });
    expect(await readBytes(target, key)).toEqual(pattern(size));
  });

  test("copy ranges that an upload puts together", async () => {
    const key = parseKey("parts/ü +%2F&?#.bin");
    const version = await store(key, pattern(2500));
    const { id, parts } = await copyParts(key, version);
    expect(parts).toEqual([
      { number: 1, size: 1000 },
      { number: 2, size: 1 },
      { number: 3, size: 1499 },
    ]);
    expect(await target.multipart.parts(key, id)).toEqual(parts);
    await target.multipart.complete(key, id, parts, { ifAbsent: true });
    expect(await readBytes(target, key)).toEqual(pattern(2500));
  });

  test("copy nothing of a source that has changed or is gone", async () => {
    const key = someKey();
    const version = await store(key, pattern(2500));
    await source.write(key, pattern(2500));
    const changed = { kind: "precondition-failed" };
    await expect(to.whole(key, version, {})).rejects.toMatchObject(changed);
    await expect(copyParts(key, version)).rejects.toMatchObject(changed);
    await source.remove(key);
    const gone = { kind: "not-found" };
    await expect(to.whole(key, version, {})).rejects.toMatchObject(gone);
    // Azurite judges the condition before it looks whether there is a source; Azure tells that there is none.
    const either = { kind: expect.stringMatching(/^(precondition-failed|not-found)$/) };
    await expect(copyParts(key, version)).rejects.toMatchObject(either);
    await expect(target.stat(key)).rejects.toMatchObject(gone);
  });

  test("leave what lies in the target", async () => {
    const key = someKey();
    const version = await store(key, pattern(2500));
    await target.write(key, text("another"));
    const kept = { kind: "precondition-failed" };
    await expect(to.whole(key, version, {})).rejects.toMatchObject(kept);
    const { id, parts } = await copyParts(key, version);
    const complete = target.multipart.complete(key, id, parts, { ifAbsent: true });
    await expect(complete).rejects.toMatchObject(kept);
    expect(await readBytes(target, key)).toEqual(text("another"));
  });

  test("refuse names that Azure would store under another name, on either side", async () => {
    const good = await store(someKey(), pattern(10));
    const bad = parseKey("a\\b");
    const range = { start: 0, end: 9 };
    const refused = { kind: "invalid-key" };
    const upload = { id: "id", number: 1 };
    await expect(to.facts(bad, {})).rejects.toMatchObject(refused);
    for (const [key, version] of [
      [bad, good],
      [someKey(), { ...good, key: bad }],
    ] as const) {
      await expect(to.whole(key, version, {})).rejects.toMatchObject(refused);
      await expect(to.part(key, upload, { ...version, range }, {})).rejects.toMatchObject(refused);
    }
  });

  test("copy nothing for a caller who has given up", async () => {
    const version = await store(someKey(), pattern(10));
    const signal = AbortSignal.abort(new Error("given up"));
    const range = { start: 0, end: 9 };
    await expect(to.facts(version.key, { signal })).rejects.toThrow("given up");
    await expect(to.whole(version.key, version, { signal })).rejects.toThrow("given up");
    const part = to.part(version.key, { id: "id", number: 1 }, { ...version, range }, { signal });
    await expect(part).rejects.toThrow("given up");
  });

  test("leave the copy of what is no block blob to others", async () => {
    const key = someKey();
    const blob = service.getContainerClient("source").getAppendBlobClient(key);
    await blob.create();
    const { etag } = await source.stat(key);
    const copy = to.whole(key, { bucket: "source", key, etag }, {});
    await expect(copy).rejects.toMatchObject({ kind: "unsupported" });
  });
});
