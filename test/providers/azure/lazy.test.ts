import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test, vi } from "vitest";
import { openBrokenStore } from "./broken-store.ts";

const loaded = vi.hoisted(() => [] as string[]);
vi.mock("@azure/storage-blob", async (original) => {
  loaded.push("storage-blob");
  return original();
});
vi.mock("@azure/identity", async (original) => {
  loaded.push("identity");
  return original();
});

test("signing with an account key loads no SDK; the first call does", async () => {
  await using store = await openBrokenStore((_, response) => response.writeHead(404).end());
  const signed = store.bucket.sign({ method: "GET", key: parseKey("a"), expires: 60 });
  expect(signed).toMatchObject({ method: "GET", url: expect.stringContaining("&sig=") });
  expect(loaded).toEqual([]);
  await expect(store.bucket.stat(parseKey("a"))).rejects.toMatchObject({ kind: "not-found" });
  expect(loaded).toEqual(["storage-blob"]);
});
