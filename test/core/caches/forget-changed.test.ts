import { expect, test } from "vitest";
import type { Caches, SourceId } from "@remote-storage/core/caches/caches.ts";
import { forgetChanged } from "@remote-storage/core/caches/forget-changed.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { fakeBucket } from "../http/fixture.ts";

const key = parseKey("a.txt");
const stat = { key, size: 1, etag: '"1"', modified: new Date(0), type: "text/plain" };

function stage(fails = false) {
  const done = () => (fails ? Promise.reject(new Error("no")) : Promise.resolve(stat));
  const forgotten: SourceId[] = [];
  const forget = async (id: SourceId) => void forgotten.push(id);
  const inner = fakeBucket("own", {
    write: done,
    copy: done,
    remove: async () => void (await done()),
  });
  const multipart = { ...inner.multipart, complete: done };
  const caches = { storage: { forget } } as unknown as Caches;
  return { forgotten, bucket: forgetChanged({ ...inner, multipart }, caches) };
}

test("what is written, deleted, copied to or completed is forgotten", async () => {
  const { bucket, forgotten } = stage();
  await bucket.write(key, new Uint8Array(1));
  await bucket.remove(key);
  await bucket.multipart.complete(key, "id", []);
  await bucket.copy(key, { bucket: "other", key: parseKey("b.txt") });
  const own = { provider: "fs", bucket: "own", key: "a.txt" };
  expect(forgotten).toEqual([own, own, own, { provider: "fs", bucket: "other", key: "b.txt" }]);
});

test("what failed has changed nothing", async () => {
  const { bucket, forgotten } = stage(true);
  await expect(bucket.write(key, new Uint8Array(1))).rejects.toThrow("no");
  await expect(bucket.remove(key)).rejects.toThrow("no");
  expect(forgotten).toEqual([]);
});
