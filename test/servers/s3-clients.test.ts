import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createConnect } from "../../functions/providers/s3/client.ts";
import { copy } from "../../functions/providers/s3/copy.ts";
import { staticCredentials } from "../../functions/providers/s3/credentials.ts";
import { createRegions } from "../../functions/providers/s3/region.ts";
import { createStore } from "../../functions/providers/s3/store.ts";
import { openS3 } from "../../functions/providers/s3/provider.ts";
import { body, pattern, readBytes, streamOf, text } from "../providers/conformance/stage.ts";
import { findBinary } from "./binary.ts";
import { MINIO_DOMAIN, startMinio } from "./minio.ts";
import { context, endpointOf, s3Config, sdk } from "./s3-subject.ts";
import type { S3Server } from "./s3-server.ts";

const MIB = 1024 * 1024;
const BUCKET = "clients";

/** Runs curl and gives what it printed. */
async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(findBinary("curl"), ["-sS", ...args]);
  return stdout;
}

/** A MinIO whose region nobody configured here. */
describe("S3 on a MinIO of another region", () => {
  let server: S3Server;
  let bucket: Bucket;

  beforeAll(async () => {
    server = await startMinio("eu-central-1");
    const client = sdk(server, "eu-central-1");
    await client.createBucket({ Bucket: BUCKET });
    client.destroy();
    bucket = openS3(s3Config(server, { region: "eu-central-1" }), context).bucket(BUCKET);
  });
  afterAll(() => server.stop());

  test("the first call learns the region, and signatures name it", async () => {
    const fresh = openS3(s3Config(server), context).bucket(BUCKET);
    await fresh.write(parseKey("learned"), text("x"));
    const signed = await fresh.sign({ method: "GET", key: parseKey("learned"), expires: 60 });
    expect(signed.url).toContain("%2Feu-central-1%2Fs3%2F");
    expect((await fetch(signed.url)).status).toBe(200);
  });

  test("a wrong configured region is wrong-region, and the right one is named", async () => {
    const config = s3Config(server, { region: "us-west-2" });
    const call = openS3(config, context).bucket(BUCKET).list();
    await expect(call).rejects.toMatchObject({
      kind: "wrong-region",
      message: "the bucket is in the region eu-central-1",
    });
  });

  test("a wrong secret is a credentials error, of HEAD too", async () => {
    const config = s3Config({ ...server, secretKey: "not the secret" }, { region: "eu-central-1" });
    const stranger = openS3(config, context).bucket(BUCKET);
    await expect(stranger.list()).rejects.toMatchObject({ kind: "credentials" });
    await expect(stranger.stat(parseKey("x"))).rejects.toMatchObject({ kind: "credentials" });
  });

  test.each(["a b+c%2Fd.txt", "q?x=1&y#z.txt", "ü 猫 😀.txt", "'()!*;:@,$[]{}.txt"])(
    "curl sends what was signed: %s",
    async (name) => {
      const key = parseKey(name);
      const put = await bucket.sign({ method: "PUT", key, expires: 60, contentType: "text/plain" });
      const headers = Object.entries(put.headers).flatMap(([n, value]) => ["-H", `${n}: ${value}`]);
      const status = ["-o", "/dev/null", "-w", "%{http_code}"];
      expect(await curl(...status, "-X", "PUT", ...headers, "-d", name, put.url)).toBe("200");
      const get = await bucket.sign({ method: "GET", key, expires: 60 });
      expect(await curl(get.url)).toBe(name);
      expect(await curl("-r", "0-0", get.url)).toBe(name[0] === "ü" ? "\ufffd" : name[0]);
      const remove = await bucket.sign({ method: "DELETE", key, expires: 60 });
      expect(await curl(...status, "-X", "DELETE", remove.url)).toBe("204");
    },
  );

  test("with the bucket in the host, curl sends what was signed", async () => {
    const { port } = new URL(server.endpoint);
    const publicEndpoint = endpointOf(`http://${MINIO_DOMAIN}:${port}`);
    const more = { region: "eu-central-1", publicEndpoint, pathStyle: false };
    const hosted = openS3(s3Config(server, more), context).bucket(BUCKET);
    const key = parseKey("hosted/a b.txt");
    await bucket.write(key, text("by host"));
    const { url } = await hosted.sign({ method: "GET", key, expires: 60 });
    const host = `${BUCKET}.${MINIO_DOMAIN}:${port}`;
    expect(url).toContain(`http://${host}/hosted/a%20b.txt?`);
    expect(await curl("--resolve", `${host}:127.0.0.1`, url)).toBe("by host");
  });

  test("an object too large for one request is copied in parts", async () => {
    const [from, to] = [parseKey("large a+b"), parseKey("large copy")];
    const bytes = pattern(11 * MIB);
    await bucket.write(from, bytes, { type: "video/mp4" });
    const config = s3Config(server, { region: "eu-central-1" });
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = server;
    const connect = createConnect(staticCredentials({ accessKeyId, secretAccessKey }));
    const store = createStore(
      { config, regions: createRegions(config, { fetch, now: () => new Date() }), connect },
      BUCKET,
    );
    const stat = await copy(store, from, { bucket: BUCKET, key: to }, {}, 5 * MIB);
    expect(stat).toMatchObject({ key: to, size: bytes.byteLength, type: "video/mp4" });
    expect(stat.etag).toMatch(/-3"$/);
    expect(Buffer.compare(await readBytes(bucket, to), bytes)).toBe(0);
  });

  test("a stream of several parts, with and without its size", async () => {
    const bytes = pattern(21 * MIB + 5);
    for (const size of [undefined, bytes.byteLength]) {
      const key = parseKey(`parts-${size ?? "unknown"}`);
      const stream = streamOf(bytes, 300_001);
      const stat = await bucket.write(key, stream, {
        type: "video/mp4",
        ...(size !== undefined && { size }),
      });
      expect(stat).toMatchObject({ size: bytes.byteLength, type: "video/mp4" });
      expect(stat.etag).toMatch(/-3"$/);
      expect(Buffer.compare(await readBytes(bucket, key), bytes)).toBe(0);
    }
  });

  test("a stream of several parts that fails leaves no object and no upload", async () => {
    const key = parseKey("broken");
    const other = await bucket.multipart.create(key);
    let sent = 0;
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += MIB;
        if (sent > 20 * MIB) controller.error(new Error("the source broke"));
        else controller.enqueue(pattern(MIB));
      },
    });
    await expect(bucket.write(key, broken)).rejects.toThrow("the source broke");
    await expect(bucket.stat(key)).rejects.toMatchObject({ kind: "not-found" });
    const client = sdk(server, "eu-central-1");
    const { Uploads = [] } = await client.listMultipartUploads({ Bucket: BUCKET, Prefix: key });
    client.destroy();
    expect(Uploads.map(({ UploadId }) => UploadId)).toEqual([other]);
  });

  test("a stream of several parts does not replace with ifAbsent", async () => {
    const key = parseKey("there");
    await bucket.write(key, text("first"));
    const second = bucket.write(key, streamOf(pattern(9 * MIB)), { ifAbsent: true });
    await expect(second).rejects.toMatchObject({ kind: "precondition-failed" });
    expect(await readBytes(bucket, key)).toEqual(text("first"));
  });

  test("versions are read and signed for", async () => {
    const client = sdk(server, "eu-central-1");
    await client.createBucket({ Bucket: "versioned" });
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await client.putBucketVersioning({ Bucket: "versioned", VersioningConfiguration });
    client.destroy();
    const versioned = openS3(s3Config(server), context).bucket("versioned");
    const key = parseKey("object");
    const { versionId } = await versioned.write(key, text("old"));
    await versioned.write(key, text("new"));
    if (versionId === undefined) throw new Error("there is no version");
    expect((await versioned.stat(key, { versionId })).size).toBe(3);
    const old = await body(await versioned.read(key, { versionId }));
    expect(new TextDecoder().decode(old)).toBe("old");
    const signed = await versioned.sign({ method: "GET", key, expires: 60, versionId });
    expect(await (await fetch(signed.url)).text()).toBe("old");
  });
});
