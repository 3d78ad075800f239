import type { IncomingHttpHeaders } from "node:http";
import type { AzureConfig } from "@remote-storage/core/storage/provider-config.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { describe, expect, test } from "vitest";
import { reachOf } from "../../../functions/providers/azure/store-copy.ts";
import { type Behave, described, openBrokenStore } from "./broken-store.ts";

const key = parseKey("a/b.txt");
const version = { bucket: "source", key, etag: '"0x1"' };
const md5 = "XUFAKrxLKna5cZ2REBfFkg==";

const openCopying = async (behave: Behave) => {
  const store = await openBrokenStore(behave);
  const copy = store.bucket.storeCopy!;
  const part = () =>
    copy.part(
      key,
      { id: "id", number: 7 },
      { ...version, range: { start: 3, end: 9 } },
      { signal: AbortSignal.timeout(60_000) },
    );
  return { ...store, copy, part };
};

describe("what is asked of Azure", () => {
  test("of a whole copy: one version, its MD5, and nothing in the target", async () => {
    const asked: IncomingHttpHeaders[] = [];
    await using store = await openCopying((_, response, { headers }) => {
      asked.push(headers);
      const kept = { ...described, "content-md5": md5, "x-ms-blob-type": "BlockBlob" };
      response.writeHead(asked.length === 1 ? 200 : 202, kept).end();
    });
    const copied = await store.copy.whole(key, version, {});
    expect(copied).toEqual({ etag: '"0x1"', checksums: { md5 } });
    expect(store.requests.map(({ method }) => method)).toEqual(["HEAD", "PUT"]);
    expect(asked[1]).toMatchObject({
      "x-ms-copy-source": expect.stringMatching(/\/account\/source\/a\/b\.txt\?.*sp=r.*sig=/),
      "x-ms-source-if-match": '"0x1"',
      "x-ms-source-content-md5": md5,
      "if-none-match": "*",
    });
  });

  test("of a part: one version, both ends of the range, the upload's block, and no body", async () => {
    const asked: IncomingHttpHeaders[] = [];
    await using store = await openCopying((_, response, { headers }) => {
      asked.push(headers);
      response.writeHead(201).end();
    });
    expect(await store.part()).toEqual({ number: 7, size: 7 });
    const [request] = store.requests;
    const block = Buffer.from("id.00007").toString("base64");
    expect(request?.target).toContain(`comp=block&blockid=${encodeURIComponent(block)}`);
    expect(asked[0]).toMatchObject({
      "content-length": "0",
      "x-ms-source-range": "bytes=3-9",
      "x-ms-source-if-match": '"0x1"',
    });
  });
});

describe("a part that is refused", () => {
  test.each([
    [412, "SourceConditionNotMet", "precondition-failed"],
    [404, "CannotVerifyCopySource", "not-found"],
    [404, "ContainerNotFound", "no-bucket"],
    [403, "AuthenticationFailed", "credentials"],
    [403, "CannotVerifyCopySource", "denied"],
    [416, "InvalidRange", "range-not-satisfiable"],
    [503, "ServerBusy", "throttled"],
    [500, "InternalError", "unavailable"],
  ])("with %i %s is %s", async (status, code, kind) => {
    await using store = await openCopying((_, response) => {
      response.writeHead(status, { "x-ms-error-code": code }).end("<Error>why</Error>");
    });
    const error = await store.part().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind, place: { provider: "azure", bucket: "bucket", key } });
    expect(String((error as Error).cause)).not.toContain("sig=");
  });

  test("by a store that hangs up is unavailable", async () => {
    await using store = await openCopying((_received, response) => response.destroy());
    await expect(store.part()).rejects.toMatchObject({ kind: "unavailable", retryable: true });
  });

  test("by a redirect is not sent elsewhere with its signatures", async () => {
    await using store = await openCopying((_, response) => {
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    await expect(store.part()).rejects.toMatchObject({ kind: "unavailable" });
    expect(store.requests).toHaveLength(1);
  });
});

test("another account, place or kind of credentials is another reach", () => {
  const endpoint = {
    protocol: "https:",
    hostname: "a.example",
    origin: "https://a.example",
  } as const;
  const keys = { type: "keys", accessKey: "one", secretKey: "hush-hush" } as const;
  const config: AzureConfig = {
    kind: "azure",
    endpoint,
    basePath: "",
    account: "one",
    credentials: keys,
  };
  const reaches = [
    reachOf(config),
    reachOf({ ...config, account: "two" }),
    reachOf({ ...config, basePath: "/one" }),
    reachOf({ ...config, endpoint: { ...endpoint, origin: "https://b.example" } }),
    reachOf({ ...config, credentials: { type: "ambient" } }),
  ];
  expect(new Set(reaches).size).toBe(reaches.length);
  expect(reaches.join(" ")).not.toContain("hush");
});
