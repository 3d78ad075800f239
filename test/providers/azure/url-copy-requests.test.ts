import type { IncomingHttpHeaders } from "node:http";
import { inspect } from "node:util";
import type { AzureConfig } from "@remote-storage/core/storage/provider-config.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { describe, expect, test } from "vitest";
import { openAzure } from "../../../functions/providers/azure/provider.ts";
import { type Behave, described, openBrokenStore } from "./broken-store.ts";

const key = parseKey("a/b.txt");
const secret = "X-Amz-Signature=0123456789abcdef";
const url = `https://bucket.s3.amazonaws.com/a/b.txt?${secret}`;
const md5 = "XUFAKrxLKna5cZ2REBfFkg==";

const openFetching = async (behave: Behave) => {
  const store = await openBrokenStore(behave);
  const copy = store.bucket.urlCopy!;
  const whole = () =>
    copy.whole(
      key,
      { url, md5 },
      {
        type: "image/png",
        metadata: { mtime: "1.000000000" },
        headers: { "cache-control": "max-age=5" },
      },
    );
  const part = () =>
    copy.part(key, { id: "id", number: 7 }, { url, range: { start: 3, end: 9 } }, {});
  return { ...store, whole, part };
};

describe("what is asked of Azure", () => {
  test("of a whole object: these bytes and no others, what travels with them, and an empty place", async () => {
    const asked: IncomingHttpHeaders[] = [];
    await using store = await openFetching((_, response, { headers }) => {
      asked.push(headers);
      response.writeHead(201, described).end();
    });
    expect(await store.whole()).toEqual({ etag: '"0x1"' });
    expect(asked).toEqual([
      expect.objectContaining({
        "content-length": "0",
        "if-none-match": "*",
        "x-ms-blob-type": "BlockBlob",
        "x-ms-copy-source": url,
        "x-ms-source-content-md5": md5,
        "x-ms-copy-source-blob-properties": "false",
        "x-ms-blob-content-md5": md5,
        "x-ms-blob-content-type": "image/png",
        "x-ms-blob-cache-control": "max-age=5",
        "x-ms-meta-mtime": "1.000000000",
      }),
    ]);
  });

  test("of a part: both ends of the range and the upload's block", async () => {
    const asked: IncomingHttpHeaders[] = [];
    await using store = await openFetching((_, response, { headers }) => {
      asked.push(headers);
      // Of the text 123456789.
      response.writeHead(201, { "x-ms-content-crc64": "iJh5CoYUi64=" }).end();
    });
    expect(await store.part()).toEqual({ number: 7, size: 7, crc64nvme: "rosUhgp5mIg=" });
    const block = Buffer.from("id.00007").toString("base64");
    expect(store.requests[0]?.target).toContain(`blockid=${encodeURIComponent(block)}`);
    expect(asked[0]).toMatchObject({
      "content-length": "0",
      "x-ms-copy-source": url,
      "x-ms-source-range": "bytes=3-9",
    });
  });
});

test("the sum of a part, where it is known, goes with the request, little end first", async () => {
  const asked: IncomingHttpHeaders[] = [];
  await using store = await openFetching((_, response, { headers }) => {
    asked.push(headers);
    response.writeHead(201, { "x-ms-content-crc64": "iJh5CoYUi64=" }).end();
  });
  const source = { url, range: { start: 0, end: 8 }, crc64nvme: "rosUhgp5mIg=" };
  await store.bucket.urlCopy!.part(key, { id: "id", number: 1 }, source, {});
  expect(asked[0]).toHaveProperty("x-ms-source-content-crc64", "iJh5CoYUi64=");
});

describe("a copy that is refused", () => {
  test.each([
    ["the source is not reached", 400, "CannotVerifyCopySource", undefined, "unsupported"],
    ["the source refuses", 403, "CannotVerifyCopySource", "403", "unsupported"],
    ["the source is gone", 404, "CannotVerifyCopySource", "404", "unsupported"],
    ["the source is busy", 409, "CannotVerifyCopySource", "429", "throttled"],
    ["the source slows down", 409, "CannotVerifyCopySource", "503", "throttled"],
    ["the source fails", 409, "CannotVerifyCopySource", "500", "unavailable"],
    ["the source is slow", 409, "CannotVerifyCopySource", "504", "timeout"],
    ["an emulator knows it not", 501, "NotImplemented", undefined, "unsupported"],
    ["other bytes came", 400, "Md5Mismatch", undefined, "checksum-mismatch"],
    ["other bytes came in a part", 400, "Crc64Mismatch", undefined, "checksum-mismatch"],
    ["something lies there", 409, "BlobAlreadyExists", undefined, "precondition-failed"],
    ["the target is gone", 404, "ContainerNotFound", undefined, "no-bucket"],
    ["the target denies", 403, "AuthorizationPermissionMismatch", undefined, "denied"],
  ])("because %s is told as what it is, without the URL", async (_, status, code, from, kind) => {
    await using store = await openFetching((_received, response) => {
      response.writeHead(status, {
        "x-ms-error-code": code,
        "content-type": "application/xml",
        ...(from !== undefined && { "x-ms-copy-source-status-code": from }),
      });
      response.end(`<Error><Code>${code}</Code></Error>`);
    });
    for (const copy of [store.whole, store.part]) {
      const error = await copy().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ kind, place: { provider: "azure", bucket: "bucket", key } });
      expect(inspect(error, { depth: 20 })).not.toContain(secret);
    }
  });

  test("nothing proves a part whose checksum is not told", async () => {
    await using store = await openFetching((_, response) => response.writeHead(201).end());
    await expect(store.part()).rejects.toMatchObject({ kind: "unsupported" });
  });
});

const at = (hostname: string) => {
  const config: AzureConfig = {
    kind: "azure",
    endpoint: { protocol: "https:", hostname, origin: `https://${hostname}` },
    basePath: "",
    account: "one",
    credentials: { type: "keys", accessKey: "one", secretKey: "c2VjcmV0" },
  };
  const context = { now: () => new Date(), policy: { maxExpires: 60, window: 0 }, fetch };
  return openAzure(config, context).bucket("bucket").urlCopy!;
};

describe("which addresses Azure reaches", () => {
  test.each([
    ["https://bucket.s3.eu-central-1.amazonaws.com/key?a=b", true],
    ["https://storage.googleapis.com/bucket/key", true],
    ["https://store.example.com:9000/bucket/key", true],
    ["http://store.example.com/bucket/key", false],
    ["https://minio:9000/bucket/key", false],
    ["https://localhost/bucket/key", false],
    ["https://127.0.0.1:9000/bucket/key", false],
    ["https://10.0.0.7/bucket/key", false],
    ["https://[::1]/bucket/key", false],
  ])("%s: %s", (source, expected) => {
    expect(at("one.blob.core.windows.net").reaches(source)).toBe(expected);
  });

  test("an emulator reaches what lies beside it", () => {
    expect(at("127.0.0.1").reaches("http://127.0.0.1:9000/bucket/key")).toBe(true);
  });
});
