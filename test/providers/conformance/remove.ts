import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { failureKind, folder, readText, type Stage, someKey, text } from "./stage.ts";

export function removeCases(stage: Stage): void {
  test("the object is gone", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("x"));
    await stage.bucket.remove(key);
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
    expect((await stage.bucket.list({ prefix: key })).objects).toEqual([]);
  });

  test("removing what is not there succeeds", async () => {
    await expect(stage.bucket.remove(someKey())).resolves.toBeUndefined();
  });

  test("removing twice succeeds", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("x"));
    await stage.bucket.remove(key);
    await expect(stage.bucket.remove(key)).resolves.toBeUndefined();
  });

  test("takes neither what lies below the key nor its neighbours", async () => {
    const base = `${folder()}a`;
    const others = [`${base}/below`, `${base}b`].map(parseKey);
    for (const key of others) await stage.bucket.write(key, text(key));
    await stage.bucket.remove(parseKey(base));
    for (const key of others) expect(await readText(stage.bucket, key)).toBe(key);
  });

  test("the key can be written again", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("one"));
    await stage.bucket.remove(key);
    await stage.bucket.write(key, text("two"), { ifAbsent: true });
    expect(await readText(stage.bucket, key)).toBe("two");
  });
}
