import { parseKey } from "@remote-storage/core/storage/key.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { expect, test } from "vitest";
import { checkKey } from "../../../functions/providers/azure/keys.ts";
import { openBrokenStore } from "./broken-store.ts";

const refused = [
  ["a\\b", /backslash/],
  ["a\nb", /control/],
  ["a\u007fb", /control/],
  ["a\u0081b", /control/],
  ["a.", /dot/],
  ["a./b", /dot/],
  ["a/..", /dot/],
  ["./a", /dot/],
  ["a/../b", /dot/],
  ["a/".repeat(254), /254/],
] as const;

test.each(refused)("%j is refused, with the reason", (name, reason) => {
  const check = () => checkKey(parseKey(name), "write", "bucket");
  expect(check).toThrow(StorageError);
  expect(check).toThrow(reason);
});

test.each([
  "a/",
  "a//b",
  "/a",
  ".a",
  "a..b",
  "a b",
  "ü 猫 😀",
  "a%2Fb",
  "a+b?c#d",
  "a/".repeat(253),
])("%j is let through", (name) => {
  expect(() => checkKey(parseKey(name), "write", "bucket")).not.toThrow();
});

test("nothing is sent for a key that Azure cannot hold, and nothing signed", async () => {
  await using store = await openBrokenStore((_, response) => response.writeHead(200).end());
  const key = parseKey("a/../b");
  const { bucket } = store;
  const to = { bucket: "bucket", key };
  const calls = [
    () => bucket.stat(key),
    () => bucket.read(key),
    () => bucket.write(key, new Uint8Array()),
    () => bucket.remove(key),
    () => bucket.copy(key, { bucket: "bucket", key: parseKey("b") }),
    () => bucket.multipart.create(key),
    () => bucket.multipart.parts(key, "0".repeat(32)),
    () => bucket.multipart.complete(key, "0".repeat(32), []),
    () => bucket.multipart.abort(key, "0".repeat(32)),
    async () => bucket.sign({ method: "PUT", key, expires: 60 }),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ kind: "invalid-key" });
  expect(store.requests).toEqual([]);
  const copied = bucket.copy(parseKey("b"), to);
  await expect(copied).rejects.toBeInstanceOf(StorageError);
});
