import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket, Provider } from "@remote-storage/core/storage/provider.ts";
import { expect, test } from "vitest";
import { asGoogle, toS3Config } from "../../../functions/providers/google/interoperable.ts";
import { failureKind } from "../conformance/stage.ts";
import { context } from "./store.ts";

const key = parseKey("object");
const credentials = { type: "keys", accessKey: "GOOG1E", secretKey: "secret" } as const;
const config = { kind: "google", credentials } as const;

const told =
  (name: string) =>
  async (...args: readonly unknown[]) => ({ name, args });

/** An S3 provider that answers with what it was asked. */
function open(): Bucket {
  const names = ["stat", "read", "write", "remove", "copy", "list"];
  const inner = Object.fromEntries(names.map((name) => [name, told(name)]));
  const store = { kind: "minio", bucket: () => inner, origins: () => [] } as unknown as Provider;
  return asGoogle(store, config, credentials, context).bucket("b");
}

test("HMAC keys open the S3-compatible side in path style, region auto", () => {
  expect(toS3Config(config, credentials)).toEqual({
    kind: "minio",
    endpoint: {
      protocol: "https:",
      hostname: "storage.googleapis.com",
      origin: "https://storage.googleapis.com",
    },
    region: "auto",
    pathStyle: true,
    credentials,
  });
});

test("signs as Google does, at once", () => {
  expect(open().sign({ method: "GET", key, expires: 60, versionId: "17" })).toMatchObject({
    url: expect.stringMatching(
      /^https:\/\/storage\.googleapis\.com\/b\/object\?X-Goog-Algorithm=GOOG4-HMAC-SHA256&.*&generation=17&/,
    ),
    expiresAt: "2026-05-01T12:01:00Z",
  });
});

test("leaves the bytes to the S3 provider", async () => {
  const bucket = open();
  expect(await bucket.stat(key)).toMatchObject({ name: "stat", args: [key, {}] });
  expect(await bucket.read(key, { ifMatch: '"x"' })).toMatchObject({
    args: [key, { ifMatch: '"x"' }],
  });
  expect(await bucket.write(key, new Uint8Array())).toMatchObject({ name: "write" });
  expect(await bucket.list()).toMatchObject({ name: "list" });
});

test("refuses what Google would silently ignore", async () => {
  const bucket = open();
  expect(await failureKind(bucket.stat(key, { versionId: "17" }))).toBe("unsupported");
  expect(await failureKind(bucket.read(key, { versionId: "17" }))).toBe("unsupported");
  expect(await failureKind(bucket.write(key, new Uint8Array(), { ifAbsent: true }))).toBe(
    "unsupported",
  );
  expect(await failureKind(bucket.write(key, new Uint8Array(), { ifMatch: '"x"' }))).toBe(
    "unsupported",
  );
  expect(await failureKind(bucket.remove(key, { ifMatch: '"x"' }))).toBe("unsupported");
});
