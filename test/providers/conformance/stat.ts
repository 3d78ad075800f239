import { expect, test } from "vitest";
import { failureKind, readBytes, type Stage, someKey, text } from "./stage.ts";

export function statCases(stage: Stage): void {
  test("tells key, size, etag, time and type", async () => {
    const key = someKey();
    const before = Date.now();
    await stage.bucket.write(key, text("hello"), { type: "text/plain" });
    const stat = await stage.bucket.stat(key);
    expect(stat).toMatchObject({ key, size: 5, type: "text/plain" });
    expect(stat.etag).toMatch(/^"[^"]+"$/);
    // Stores keep whole seconds, and their clock is not ours.
    expect(Math.abs(stat.modified.getTime() - before)).toBeLessThan(60_000);
  });

  test("is what write answered", async () => {
    const key = someKey();
    const written = await stage.bucket.write(key, text("hello"), { type: "image/png" });
    const stat = await stage.bucket.stat(key);
    expect({ ...stat, modified: 0 }).toEqual({ ...written, modified: 0 });
    expect(Math.abs(stat.modified.getTime() - written.modified.getTime())).toBeLessThan(2000);
  });

  test("is what read answers", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("hello"), { type: "image/png" });
    const [stat, result] = [await stage.bucket.stat(key), await stage.bucket.read(key)];
    if (result.state === "unchanged") throw new Error("nothing was asked to be unchanged");
    await result.body.cancel();
    expect({ ...result.stat, modified: 0 }).toEqual({ ...stat, modified: 0 });
  });

  test("tells the whole object's size beside a partial read", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("0123456789"));
    const result = await stage.bucket.read(key, { range: { start: 2, end: 3 } });
    if (result.state === "unchanged") throw new Error("nothing was asked to be unchanged");
    await result.body.cancel();
    expect(result.stat.size).toBe(10);
  });

  test("an object without a type is application/octet-stream", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("hello"));
    expect((await stage.bucket.stat(key)).type).toBe("application/octet-stream");
  });

  test("keeps a type's parameters", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("a;b"), { type: "text/csv; charset=utf-8; header=present" });
    expect((await stage.bucket.stat(key)).type).toBe("text/csv; charset=utf-8; header=present");
  });

  test("an empty object has size 0", async () => {
    const key = someKey();
    await stage.bucket.write(key, new Uint8Array());
    expect((await stage.bucket.stat(key)).size).toBe(0);
    expect(await readBytes(stage.bucket, key)).toHaveLength(0);
  });

  test("other bytes have another etag", async () => {
    const key = someKey();
    const first = await stage.bucket.write(key, text("one"));
    const second = await stage.bucket.write(key, text("two"));
    expect(second.etag).not.toBe(first.etag);
  });

  test("a missing object is not-found", async () => {
    expect(await failureKind(stage.bucket.stat(someKey()))).toBe("not-found");
  });

  test("an aborted call rejects with the signal's reason", async () => {
    const reason = new Error("no longer wanted");
    const call = stage.bucket.stat(someKey(), { signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
  });
}
