import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asGoogle, toS3Config } from "../../functions/providers/google/interoperable.ts";
import { openS3 } from "../../functions/providers/s3/provider.ts";
import { failureKind, folder, readText, text } from "../providers/conformance/stage.ts";
import { startMinio } from "./minio.ts";
import type { S3Server } from "./s3-server.ts";
import { context, endpointOf, sdk } from "./s3-subject.ts";

/** MinIO stands for Google's S3-compatible side: it checks the SigV4 signatures of region `auto`. */
describe("google with an HMAC key", () => {
  let server: S3Server;
  let bucket: Bucket;

  beforeAll(async () => {
    server = await startMinio("auto");
    const { accessKey, secretKey } = server;
    const client = sdk(server, "auto");
    await client.createBucket({ Bucket: "first" });
    client.destroy();
    const endpoint = endpointOf(server.endpoint);
    const credentials = { type: "keys", accessKey, secretKey } as const;
    const config = { kind: "google", endpoint, credentials } as const;
    const store = openS3(toS3Config(config, credentials), context);
    bucket = asGoogle(store, config, credentials, context).bucket("first");
  });
  afterAll(() => server.stop());

  test("writes, lists, copies, reads and removes", async () => {
    const prefix = folder();
    const [key, copy] = [parseKey(`${prefix}a b+c%.txt`), parseKey(`${prefix}copy`)];
    await bucket.write(key, text("hello"), { type: "text/plain" });
    await bucket.copy(key, { bucket: "first", key: copy });
    const { objects } = await bucket.list({ prefix });
    expect(objects.map((object) => object.key)).toEqual([key, copy]);
    expect(await readText(bucket, copy)).toBe("hello");
    await bucket.remove(copy);
    expect(await failureKind(bucket.stat(copy))).toBe("not-found");
  });

  test("keeps uploads in parts", async () => {
    const key = parseKey(`${folder()}object`);
    const id = await bucket.multipart.create(key);
    expect(await bucket.multipart.parts(key, id)).toEqual([]);
    await bucket.multipart.abort(key, id);
  });
});
