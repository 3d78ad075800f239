import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket, Provider } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBatchUploads } from "../../../functions/aws/migrate/batch-uploads.ts";
import { createBandwidth } from "../../../functions/migration/bandwidth.ts";
import { createGate } from "../../../functions/migration/gate.ts";
import type { Lanes } from "../../../functions/migration/lanes.ts";
import { createMemoryBudget } from "../../../functions/migration/memory-budget.ts";
import type { SourceObject } from "../../../functions/migration/source.ts";
import { createStoreTransfer } from "../../../functions/migration/store-copy/store-transfer.ts";
import type { Uploads } from "../../../functions/migration/uploads.ts";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { readBytes } from "../../providers/conformance/stage.ts";
import { startMinio } from "../minio.ts";
import { startRadosgw } from "../radosgw.ts";
import type { S3Server } from "../s3-server.ts";
import { context, s3Config, sdk } from "../s3-subject.ts";

const MIB = 1024 ** 2;
const clock = () => performance.now();

const sleep = (milliseconds: number) => setTimeout(milliseconds);

function lanes(signal: AbortSignal, onSent: (bytes: number) => void): Lanes {
  const gate = () => createGate({ start: 1, most: 1, clock });
  return {
    objects: gate(),
    parts: gate(),
    memory: createMemoryBudget(0),
    bandwidth: createBandwidth(undefined, { clock, sleep, signal }),
    attempts: 2,
    random: () => 0,
    sleep,
    signal,
    onSent,
  };
}

/** What is beyond one CopyObject's 5 GiB, at sizes that a test can wait for: S3's least part is 5 MiB. */
describe.each([
  ["MinIO", startMinio],
  ["radosgw", startRadosgw],
])("an object that %s copies in parts", (_, start) => {
  let server: S3Server;
  let provider: Provider;
  let [source, target]: Bucket[] = [];
  beforeAll(async () => {
    server = await start();
    const client = sdk(server);
    for (const Bucket of ["source", "target"]) await client.createBucket({ Bucket });
    client.destroy();
    provider = openS3(s3Config(server), context);
    [source, target] = [provider.bucket("source"), provider.bucket("target")];
  });
  afterAll(() => server?.stop());

  const put = async (key: string, bytes: Uint8Array): Promise<SourceObject> => {
    const client = sdk(server);
    await client.putObject({
      Bucket: "source",
      Key: key,
      Body: bytes,
      ContentType: "image/tiff",
      Metadata: { made: "here" },
    });
    client.destroy();
    const { etag, modified, size } = await (source as Bucket).stat(parseKey(key));
    return { key, size, identity: etag, modified };
  };
  const transfer = (uploads: Uploads, signal: AbortSignal, onSent: (bytes: number) => void) => {
    const sides = {
      source: { bucket: source as Bucket, prefix: "" },
      target: { bucket: target as Bucket, prefix: "copy/" },
    };
    const sizes = { wholeUpTo: 5 * MIB, part: 5 * MIB };
    const made = createStoreTransfer({ ...sides, ...sizes, uploads }, lanes(signal, onSent));
    if (made === undefined) throw new Error("the store does not copy to itself");
    return made;
  };

  test("is the same afterwards, with its type and metadata", async () => {
    const bytes = randomBytes(13 * MIB);
    const object = await put("large", bytes);
    const uploads = createBatchUploads([]);
    const copy = transfer(uploads, new AbortController().signal, () => {});
    expect(await copy(object)).toMatchObject({ key: "large", state: "copied" });
    expect(uploads.find("large")).toBeUndefined();
    const key = parseKey("copy/large");
    expect(Buffer.compare(await readBytes(target as Bucket, key), bytes)).toBe(0);
    const facts = await (target as Bucket).storeCopy?.facts(key, {});
    expect(facts).toMatchObject({ type: "image/tiff", metadata: { made: "here" } });
    // Copied once, looked at from then on.
    expect(await copy(object)).toMatchObject({ state: "equal" });
  });

  test("is gone on with where time ran out, part by part", async () => {
    const object = await put("resumed", randomBytes(22 * MIB));
    const uploads = createBatchUploads([]);
    const sent: number[] = [];
    for (let rounds = 0; rounds < 10; rounds += 1) {
      const time = new AbortController();
      const copy = transfer(uploads, time.signal, (bytes) => {
        sent.push(bytes);
        time.abort();
      });
      const outcome = await copy(object).catch(() => undefined);
      if (outcome?.state === "copied") break;
      expect(uploads.find("resumed")).toMatchObject({ partSize: 5 * MIB });
    }
    const copy = transfer(uploads, new AbortController().signal, (bytes) => sent.push(bytes));
    expect(await copy(object)).toMatchObject({
      state: expect.stringMatching(/copied|equal/) as string,
    });
    expect(sent.toSorted((a, b) => a - b)).toEqual([2, 5, 5, 5, 5].map((size) => size * MIB));
    const copied = await (target as Bucket).stat(parseKey("copy/resumed"));
    expect(copied.size).toBe(object.size);
  });

  test("whose source changes between its parts is never joined", async () => {
    const object = await put("changing", randomBytes(12 * MIB));
    const uploads = createBatchUploads([]);
    const time = new AbortController();
    await transfer(uploads, time.signal, () => time.abort())(object).catch(() => undefined);
    await put("changing", randomBytes(12 * MIB));
    const copy = transfer(uploads, new AbortController().signal, () => {});
    expect(await copy(object)).toMatchObject({ state: "changed" });
    const missing = (target as Bucket).stat(parseKey("copy/changing"));
    await expect(missing).rejects.toMatchObject({ kind: "not-found" });
  });

  test("never goes over what lies there", async () => {
    const object = await put("taken", randomBytes(6 * MIB));
    await (target as Bucket).write(parseKey("copy/taken"), Buffer.from("not ours"));
    const copy = transfer(createBatchUploads([]), new AbortController().signal, () => {});
    expect(await copy(object)).toMatchObject({
      state: "conflict",
      error: { kind: "target-differs" },
    });
    expect((await (target as Bucket).stat(parseKey("copy/taken"))).size).toBe(8);
  });
});
