import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { failureKind, folder, pattern, readBytes, readText } from "./stage.ts";
import { type Stage, someKey, text } from "./stage.ts";

export function copyCases(stage: Stage): void {
  test("within the bucket: bytes and type, and the source stays", async () => {
    const [from, to] = [someKey(), someKey()];
    await stage.bucket.write(from, text("hello"), { type: "text/plain" });
    const stat = await stage.bucket.copy(from, { bucket: stage.bucket.name, key: to });
    expect(stat).toMatchObject({ key: to, size: 5, type: "text/plain" });
    expect(await readText(stage.bucket, to)).toBe("hello");
    expect(await readText(stage.bucket, from)).toBe("hello");
    expect((await stage.bucket.stat(to)).etag).toBe(stat.etag);
  });

  test("to another bucket", async () => {
    const key = someKey();
    const bytes = pattern(300_000);
    await stage.bucket.write(key, bytes, { type: "image/tiff" });
    const stat = await stage.bucket.copy(key, { bucket: stage.subject.second.name, key });
    expect(stat).toMatchObject({ key, size: bytes.byteLength, type: "image/tiff" });
    expect(Buffer.compare(await readBytes(stage.subject.second, key), bytes)).toBe(0);
  });

  test("replaces what was there", async () => {
    const [from, to] = [someKey(), someKey()];
    await stage.bucket.write(from, text("new"), { type: "text/plain" });
    await stage.bucket.write(to, text("a longer old object"), { type: "image/png" });
    await stage.bucket.copy(from, { bucket: stage.bucket.name, key: to });
    expect(await stage.bucket.stat(to)).toMatchObject({ size: 3, type: "text/plain" });
    expect(await readText(stage.bucket, to)).toBe("new");
  });

  test("an empty object", async () => {
    const [from, to] = [someKey(), someKey()];
    await stage.bucket.write(from, new Uint8Array());
    expect((await stage.bucket.copy(from, { bucket: stage.bucket.name, key: to })).size).toBe(0);
  });

  test.each(["a b+c%20d%2Fe.txt", "q?x=1&y#z.txt", "ü 猫 😀.txt"])(
    "from and to the name %s",
    async (name) => {
      const [from, to] = [parseKey(folder() + name), parseKey(folder() + name)];
      await stage.bucket.write(from, text(name));
      await stage.bucket.copy(from, { bucket: stage.bucket.name, key: to });
      expect(await readText(stage.bucket, to)).toBe(name);
    },
  );

  test("a missing source is not-found and leaves the target", async () => {
    const to = someKey();
    await stage.bucket.write(to, text("old"));
    const copy = stage.bucket.copy(someKey(), { bucket: stage.bucket.name, key: to });
    expect(await failureKind(copy)).toBe("not-found");
    expect(await readText(stage.bucket, to)).toBe("old");
  });

  test("into a missing bucket is no-bucket", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("x"));
    const copy = stage.bucket.copy(key, { bucket: stage.subject.missing.name, key });
    expect(await failureKind(copy)).toBe("no-bucket");
  });
}
