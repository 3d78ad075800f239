import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { failureKind, folder, outcome, pattern, readBytes, readText } from "./stage.ts";
import { type Stage, someKey, text } from "./stage.ts";

function named(number: number, etag: string | undefined) {
  return etag === undefined ? { number } : { number, etag };
}

export function multipartCases(stage: Stage): void {
  /** A first part as small as the store allows: only the last may be smaller. */
  const firstPart = () => pattern(Math.max(stage.bucket.multipart.limits.minPart, 1024));
  const multipart = () => stage.bucket.multipart;

  async function sendPart(
    key: ObjectKey,
    uploadId: string,
    number: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<string | undefined> {
    const signed = await stage.sign("PUT", key, { part: { uploadId, number } });
    const response = await stage.send(signed, bytes);
    expect(response.status).toBeLessThan(300);
    return response.headers.get("etag") ?? undefined;
  }

  test("signed parts, sent, become the object", async () => {
    const key = someKey();
    const [one, two] = [firstPart(), pattern(777)];
    const id = await multipart().create(key, { type: "image/tiff" });
    const etags = [await sendPart(key, id, 1, one), await sendPart(key, id, 2, two)];
    const parts = [named(1, etags[0]), named(2, etags[1])];
    const stat = await multipart().complete(key, id, parts, { type: "image/tiff" });
    const size = one.byteLength + two.byteLength;
    expect(stat).toMatchObject({ key, size, type: "image/tiff" });
    expect(await stage.bucket.stat(key)).toMatchObject({ etag: stat.etag, type: "image/tiff" });
    const stored = await readBytes(stage.bucket, key);
    expect(Buffer.compare(stored, Buffer.concat([one, two]))).toBe(0);
  }, 60_000);

  test("parts sent in any order, completed without etags", async () => {
    const key = someKey();
    const [one, two] = [firstPart(), pattern(3)];
    const id = await multipart().create(key);
    await sendPart(key, id, 2, two);
    await sendPart(key, id, 1, one);
    await multipart().complete(key, id, [{ number: 1 }, { number: 2 }]);
    const stored = await readBytes(stage.bucket, key);
    expect(Buffer.compare(stored, Buffer.concat([one, two]))).toBe(0);
  }, 60_000);

  test("an empty list completes with the parts that have arrived", async () => {
    const key = someKey();
    const id = await multipart().create(key);
    await sendPart(key, id, 1, text("only"));
    expect((await multipart().complete(key, id, [])).size).toBe(4);
    expect(await readText(stage.bucket, key)).toBe("only");
  });

  test("parts tells what has arrived, by number", async () => {
    const key = someKey();
    const id = await multipart().create(key);
    expect(await multipart().parts(key, id)).toEqual([]);
    await sendPart(key, id, 10, text("ten"));
    await sendPart(key, id, 2, text("second"));
    const parts = await multipart().parts(key, id);
    expect(parts.map(({ number, size }) => [number, size])).toEqual([
      [2, 6],
      [10, 3],
    ]);
    await multipart().abort(key, id);
  });

  test("a part's etag in parts is the one that its PUT answered", async () => {
    const key = someKey();
    const id = await multipart().create(key);
    const etag = await sendPart(key, id, 1, text("one"));
    expect((await multipart().parts(key, id))[0]?.etag).toBe(etag);
    await multipart().abort(key, id);
  });

  test("resumed: a part sent again replaces the first", async () => {
    const key = someKey();
    const id = await multipart().create(key);
    await sendPart(key, id, 1, text("a first attempt"));
    await sendPart(key, id, 1, text("again"));
    await multipart().complete(key, id, [{ number: 1 }]);
    expect(await readText(stage.bucket, key)).toBe("again");
  });

  test("nothing is to be seen before the end", async () => {
    const key = someKey();
    const id = await multipart().create(key);
    await sendPart(key, id, 1, text("one"));
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
    expect((await stage.bucket.list({ prefix: key })).objects).toEqual([]);
    await multipart().abort(key, id);
  });

  test("two uploads of one key do not mix", async () => {
    const key = someKey();
    const [a, b] = [await multipart().create(key), await multipart().create(key)];
    expect(a).not.toBe(b);
    await sendPart(key, a, 1, text("from a"));
    await sendPart(key, b, 1, text("from b"));
    await multipart().complete(key, a, [{ number: 1 }]);
    expect(await readText(stage.bucket, key)).toBe("from a");
    await multipart().abort(key, b);
    expect(await readText(stage.bucket, key)).toBe("from a");
  });

  test("a part that never arrived is invalid-request and leaves the old object", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("old"));
    const id = await multipart().create(key);
    await sendPart(key, id, 1, text("one"));
    const complete = multipart().complete(key, id, [{ number: 1 }, { number: 2 }]);
    expect(await failureKind(complete)).toBe("invalid-request");
    expect(await readText(stage.bucket, key)).toBe("old");
    await multipart().abort(key, id);
  });

  test("a wrong etag is invalid-request where parts have etags", async () => {
    const key = someKey();
    const id = await multipart().create(key);
    const etag = await sendPart(key, id, 1, text("one"));
    const wrong = etag === undefined ? [] : [{ number: 1, etag: `"${"0".repeat(32)}"` }];
    for (const part of wrong) {
      const complete = multipart().complete(key, id, [part]);
      expect(await failureKind(complete)).toBe("invalid-request");
    }
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
    await multipart().abort(key, id);
  });

  test("a part below the smallest, not the last, is invalid-request", async () => {
    const key = someKey();
    const id = await multipart().create(key);
    for (const number of [1, 2]) await sendPart(key, id, number, text("tiny"));
    const complete = multipart().complete(key, id, [{ number: 1 }, { number: 2 }]);
    const size = complete.then((stat) => stat.size);
    const small = stage.bucket.multipart.limits.minPart > 4;
    expect(await outcome(size)).toBe(small ? "invalid-request" : 8);
    await multipart().abort(key, id);
  });

  test("after an abort nothing is left, and aborting again succeeds", async () => {
    const key = someKey();
    const id = await multipart().create(key);
    await sendPart(key, id, 1, text("one"));
    await multipart().abort(key, id);
    await expect(multipart().abort(key, id)).resolves.toBeUndefined();
    const complete = failureKind(multipart().complete(key, id, [{ number: 1 }]));
    expect(["not-found", "invalid-request"]).toContain(await complete);
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
  });

  test("an abort takes nothing from the object that was there", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("old"));
    const id = await multipart().create(key);
    await sendPart(key, id, 1, text("one"));
    await multipart().abort(key, id);
    expect(await readText(stage.bucket, key)).toBe("old");
  });

  test("an upload that was never made has no parts, or is not-found", async () => {
    const id = await multipart().create(someKey());
    const parts = multipart().parts(someKey(), id);
    expect([0, "not-found"]).toContain(await outcome(parts.then(({ length }) => length)));
  });

  test.each(["a b+c%2Fd?e#f&g.bin", "猫 😀/ü.bin"])("of the name %s", async (name) => {
    const key = parseKey(folder() + name);
    const id = await multipart().create(key);
    await sendPart(key, id, 1, text(name));
    expect((await multipart().complete(key, id, [{ number: 1 }])).key).toBe(key);
    expect(await readText(stage.bucket, key)).toBe(name);
  });

  test("says its limits", () => {
    const { minPart, maxPart, maxParts } = multipart().limits;
    expect(minPart).toBeGreaterThanOrEqual(1);
    expect(maxPart).toBeGreaterThanOrEqual(minPart);
    expect(maxParts).toBeGreaterThanOrEqual(1000);
  });
}
