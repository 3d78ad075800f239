import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { AzureConfig } from "@remote-storage/core/storage/provider-config.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openContainer } from "../../../functions/providers/azure/container.ts";
import { copyObject } from "../../../functions/providers/azure/copy.ts";
import { openAzure } from "../../../functions/providers/azure/provider.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";
import { pattern, readBytes, someKey, streamOf, text } from "../conformance/stage.ts";
import { openTestAccount } from "./account.ts";

const MIB = 1024 * 1024;
const context = {
  now: () => new Date(),
  policy: { maxExpires: 604_800, window: 0 },
  fetch,
};

let azurite: Azurite;
let service: BlobServiceClient;
let config: AzureConfig;
const bucket = () => openTestAccount(azurite, "key").bucket("bucket");

beforeAll(async () => {
  azurite = await startAzurite();
  await azurite.createContainer("bucket");
  const { endpoint, basePath, account, keys } = azurite;
  config = { kind: "azure", endpoint, basePath, account, credentials: keys };
  const credential = new StorageSharedKeyCredential(account, keys.secretKey);
  service = new BlobServiceClient(endpoint.origin + basePath, credential);
}, 60_000);

afterAll(() => azurite.close());

describe("a write in blocks", () => {
  test("keeps their order when four are sent at once", async () => {
    const key = someKey();
    const bytes = pattern(33 * MIB + 1);
    await bucket().write(key, streamOf(bytes, 3 * MIB), { size: bytes.byteLength });
    expect(Buffer.compare(await readBytes(bucket(), key), bytes)).toBe(0);
  }, 60_000);

  // Azurite lets a short write discard nothing; Azure makes no difference.
  test("discards the parts of an upload of the same key, whose completion then says so", async () => {
    const key = someKey();
    const { multipart } = bucket();
    const id = await multipart.create(key);
    const part = await bucket().sign({
      method: "PUT",
      key,
      expires: 60,
      part: { uploadId: id, number: 1 },
    });
    await fetch(part.url, { method: "PUT", body: "part" });
    await bucket().write(key, pattern(8 * MIB));
    const complete = multipart.complete(key, id, [{ number: 1 }]);
    await expect(complete).rejects.toMatchObject({ kind: "invalid-request" });
    expect((await bucket().stat(key)).size).toBe(8 * MIB);
  });
});

describe("multipart", () => {
  test("names the parts that are missing, the first ten", async () => {
    const key = someKey();
    const { multipart } = bucket();
    const id = await multipart.create(key);
    const sign = (number: number) =>
      bucket().sign({ method: "PUT", key, expires: 60, part: { uploadId: id, number } });
    await fetch((await sign(2)).url, { method: "PUT", body: "2" });
    const parts = Array.from({ length: 13 }, (_, index) => ({ number: index + 1 }));
    await expect(multipart.complete(key, id, parts)).rejects.toThrow(
      "parts that have not arrived: 1, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more",
    );
    const tagged = multipart.complete(key, id, [{ number: 2, etag: '"0x1"' }]);
    await expect(tagged).rejects.toThrow("part 2 is named with an etag");
    const twice = multipart.complete(key, id, [{ number: 2 }, { number: 2 }]);
    await expect(twice).rejects.toThrow("a part is named twice");
  });

  test("completed again, as after an answer that was lost, gives the same object", async () => {
    const key = someKey();
    const { multipart } = bucket();
    const id = await multipart.create(key);
    for (const number of [1, 2]) {
      const part = { uploadId: id, number };
      const { url } = await bucket().sign({ method: "PUT", key, expires: 60, part });
      await fetch(url, { method: "PUT", body: "part" });
    }
    const parts = [{ number: 1 }, { number: 2 }];
    const first = await multipart.complete(key, id, parts, { type: "image/png" });
    expect(await multipart.complete(key, id, parts)).toEqual(first);
    expect(await multipart.complete(key, id, [])).toEqual(first);
    await bucket().write(key, text("another object"));
    const late = multipart.complete(key, id, parts);
    await expect(late).rejects.toMatchObject({ kind: "invalid-request" });
  });

  test("once aborted tells so", async () => {
    const key = someKey();
    const { multipart } = bucket();
    const id = await multipart.create(key);
    await multipart.abort(key, id);
    await expect(multipart.parts(key, id)).rejects.toMatchObject({ kind: "not-found" });
  });
});

describe("a copy by a job of the store", () => {
  test("takes bytes, type and metadata along", async () => {
    const [from, to] = [someKey(), someKey()];
    await service
      .getContainerClient("bucket")
      .getBlockBlobClient(from)
      .upload("hello", 5, {
        metadata: { origin: "camera" },
        blobHTTPHeaders: { blobContentType: "image/png" },
      });
    const container = openContainer("bucket", async () => service);
    const stat = await copyObject(
      { container, key: from },
      { container, key: to },
      (intent) => bucket().sign(intent),
      undefined,
      0,
    );
    expect(stat).toMatchObject({ key: to, size: 5, type: "image/png" });
    expect(await bucket().stat(to)).toEqual(stat);
    const copied = service.getContainerClient("bucket").getBlobClient(to);
    expect((await copied.getProperties()).metadata).toEqual({ origin: "camera" });
  });
});

describe("an account", () => {
  test("removes an object together with its snapshots", async () => {
    const key = someKey();
    await bucket().write(key, text("x"));
    await service.getContainerClient("bucket").getBlobClient(key).createSnapshot();
    await bucket().remove(key);
    await expect(bucket().stat(key)).rejects.toMatchObject({ kind: "not-found" });
  });

  test("with a wrong key is refused, without a word of the key", async () => {
    const secretKey = randomBytes(64).toString("base64");
    const wrong = { ...config, credentials: { ...azurite.keys, secretKey } };
    const call = openAzure(wrong, context).bucket("bucket").stat(someKey());
    const error = await call.catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      status: expect.toSatisfy((s: number) => [403, 502].includes(s)),
    });
    expect(String(error)).not.toContain(secretKey);
  });

  test("shows neither key nor signature in an error, its cause included", async () => {
    const key = someKey();
    await bucket().write(key, text("x"));
    const copy = bucket().copy(key, { bucket: "missing", key });
    const error = await copy.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: "no-bucket" });
    const shown = inspect(error, { depth: 10, showHidden: true });
    expect(shown).toContain("ContainerNotFound");
    expect(shown).not.toMatch(/sig=(?!REDACTED)|SharedKey/);
  });

  test("as an identity over http is refused before anything is sent", async () => {
    const plain = { ...config, credentials: { type: "ambient" as const } };
    const identity = openAzure(plain, context, azurite.credential).bucket("bucket");
    const call = identity.list();
    await expect(call).rejects.toMatchObject({ kind: "credentials", message: /https/ });
  });

  test("with a public endpoint signs for that and reaches the store by the other", async () => {
    const key = parseKey("public/ü b.txt");
    const publicEndpoint = {
      protocol: "https:" as const,
      hostname: "cdn.example",
      origin: "https://cdn.example",
    };
    const account = openAzure({ ...config, publicEndpoint }, context);
    await account.bucket("bucket").write(key, text("x"));
    const signed = await account.bucket("bucket").sign({ method: "GET", key, expires: 60 });
    expect(signed.url).toMatch(
      /^https:\/\/cdn\.example\/remotestorage\/bucket\/public\/%C3%BC%20b\.txt\?/,
    );
    expect(account.origins("bucket")).toEqual([
      "https://cdn.example/remotestorage/bucket",
      `${azurite.endpoint.origin}/remotestorage/bucket`,
    ]);
  });

  test("clamps by the service's policy, and says so", async () => {
    const strict = { ...context, policy: { maxExpires: 60, window: 0 } };
    const signed = await openAzure(config, strict)
      .bucket("bucket")
      .sign({ method: "GET", key: someKey(), expires: 3600 });
    expect(signed.clampedBy).toBe("policy");
  });
});
