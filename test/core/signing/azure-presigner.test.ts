import { describe, expect, test } from "vitest";
import {
  type AzureTarget,
  azureBlockId,
  createAzurePresigner,
} from "../../../functions/core/signing/azure-presigner.ts";
import type { SignIntent } from "../../../functions/core/signing/signed-request.ts";
import { parseKey } from "../../../functions/core/storage/key.ts";
import { HOSTILE_KEYS } from "./arbitraries.ts";

const KEY = { type: "account-key", secretKey: Buffer.from("key").toString("base64") } as const;
const TARGET = {
  origin: "https://account.blob.core.windows.net",
  basePath: "",
  account: "account",
  container: "container",
};
const VALIDITY = {
  signedAt: new Date("2022-03-01T08:00:00Z"),
  seconds: 1054,
  expiresAt: "2022-03-01T08:17:34Z",
};

function sign(
  intent: Omit<SignIntent, "expires" | "key">,
  key = "a",
  target: AzureTarget = TARGET,
) {
  const request = createAzurePresigner(target, KEY)(
    { ...intent, key: parseKey(key), expires: 1054 },
    VALIDITY,
  );
  const [path = "", query] = request.url.split("?");
  return { ...request, path, query: Object.fromEntries(new URLSearchParams(query)) };
}

test("a published example: the blob of a container, by account key", () => {
  // https://github.com/apache/opendal-reqsign: its test of a service SAS
  const target = { ...TARGET, origin: "http://account.example" };
  expect(sign({ method: "GET" }, "path/to/blob.txt", target).query).toEqual({
    sv: "2020-12-06",
    se: "2022-03-01T08:17:34Z",
    sr: "b",
    sp: "r",
    sig: "CP9a2LIrR9zeG4I4jZjqPetJSXWJ77QeUA7c3GMypyM=",
  });
});

test("over https it allows https only, and it has no start", () => {
  expect(sign({ method: "GET" }).query).toMatchObject({ spr: "https" });
  expect(sign({ method: "GET" }).query).not.toHaveProperty("st");
});

test.each<[string, Omit<SignIntent, "expires" | "key">]>([
  ["r", { method: "GET" }],
  ["r", { method: "HEAD" }],
  ["cw", { method: "PUT" }],
  ["c", { method: "PUT", ifNoneMatch: "*" }],
  ["cw", { method: "PUT", part: { uploadId: "u", number: 1 } }],
  ["d", { method: "DELETE" }],
  ["x", { method: "DELETE", versionId: "2020-11-30T10:20:30.1234567Z" }],
])("permits no more than %s for %j", (permissions, intent) => {
  expect(sign(intent).query["sp"]).toBe(permissions);
});

test("a PUT tells the headers that the store needs", () => {
  expect(sign({ method: "PUT", contentType: "image/png", ifNoneMatch: "*" }).headers).toEqual({
    "content-type": "image/png",
    "if-none-match": "*",
    "x-ms-blob-type": "BlockBlob",
  });
});

test("a part is a block of the same signature", () => {
  const { query, headers } = sign({ method: "PUT", part: { uploadId: "u-1", number: 7 } });
  expect(query).toMatchObject({ comp: "block", blockid: azureBlockId("u-1", 7), sr: "b" });
  expect(headers).toEqual({});
});

test("a version, and a download's name, are bound", () => {
  const versionId = "2020-11-30T10:20:30.1234567Z";
  expect(sign({ method: "GET", versionId, download: "é.jpg" }).query).toMatchObject({
    versionid: versionId,
    sr: "bv",
    rscd: `attachment; filename="_.jpg"; filename*=UTF-8''%C3%A9.jpg`,
  });
});

test("an emulator's account is part of the path, not of the signature", () => {
  const target = { ...TARGET, origin: "https://127.0.0.1:10000", basePath: "/account" };
  const [own, emulated] = [sign({ method: "GET" }, "a b"), sign({ method: "GET" }, "a b", target)];
  expect(emulated.path).toBe("https://127.0.0.1:10000/account/container/a%20b");
  expect(emulated.query).toEqual(own.query);
});

test("a name with a line end is refused: what is signed could pass for another blob", () => {
  expect(() => sign({ method: "GET" }, "a\n\n\nhttps")).toThrow(
    expect.objectContaining({ kind: "invalid-key" }),
  );
});

test.each(HOSTILE_KEYS.filter((key) => !key.includes("\n")))(
  "the URL holds %j literally, encoded once",
  (key) => {
    const { path } = sign({ method: "GET" }, key);
    expect(path).toMatch(/^https:\/\/[a-z.]+\/container\/[A-Za-z0-9\-._~%/]+$/);
    expect(decodeURIComponent(path)).toBe(`${TARGET.origin}/container/${key}`);
  },
);

test("a version whose layout is unknown is refused at once", () => {
  expect(() => createAzurePresigner({ ...TARGET, version: "2025-07-05" }, KEY)).toThrow(
    /SAS version 2025-07-05 is not one of 2020-12-06, /,
  );
});

describe("block ids", () => {
  test("have one length and sort by number", () => {
    const ids = [1, 9, 10, 9_999, 10_000].map((number) => azureBlockId("b3f0", number));
    expect(new Set(ids.map((id) => id.length)).size).toBe(1);
    const texts = ids.map((id) => Buffer.from(id, "base64").toString());
    expect(texts).toEqual(texts.toSorted());
  });

  test("have at most 64 bytes", () => {
    expect(Buffer.from(azureBlockId("u".repeat(58), 1), "base64").length).toBe(64);
    expect(() => azureBlockId("u".repeat(59), 1)).toThrow(/longer than 58 bytes/);
  });
});
