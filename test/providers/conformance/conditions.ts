import { expect, test } from "vitest";
import { failureKind, pattern, readText, type Stage, someKey, streamOf, text } from "./stage.ts";

const MIB = 1024 * 1024;

/** Changes that depend on the etag that was seen last. */
export function conditionCases(stage: Stage): void {
  /** An object, with an etag that it had before. */
  async function replaced() {
    const key = someKey();
    const { etag: earlier } = await stage.bucket.write(key, text("old"));
    const { etag } = await stage.bucket.write(key, text("new"));
    expect(etag).not.toBe(earlier);
    return { key, earlier, etag };
  }

  test("ifMatch replaces what is as it was seen", async () => {
    const { key, etag } = await replaced();
    const stat = await stage.bucket.write(key, text("newer"), { ifMatch: etag });
    expect(await readText(stage.bucket, key)).toBe("newer");
    expect(stat.etag).toBe((await stage.bucket.stat(key)).etag);
  });

  test("ifMatch takes the etag of a listing", async () => {
    const { key } = await replaced();
    const [listed] = (await stage.bucket.list({ prefix: key })).objects;
    await stage.bucket.write(key, text("newer"), { ifMatch: listed?.etag ?? "" });
    expect(await readText(stage.bucket, key)).toBe("newer");
  });

  test.each([{ size: 5 }, {}])("ifMatch refuses what has changed since (%o)", async (options) => {
    const { key, earlier } = await replaced();
    const body = streamOf(text("newer"));
    const write = stage.bucket.write(key, body, { ...options, ifMatch: earlier });
    expect(await failureKind(write)).toBe("precondition-failed");
    expect(await readText(stage.bucket, key)).toBe("new");
  });

  test("ifMatch refuses what is gone", async () => {
    const { key, etag } = await replaced();
    await stage.bucket.remove(key);
    const write = stage.bucket.write(key, text("newer"), { ifMatch: etag });
    expect(await failureKind(write)).toBe("precondition-failed");
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
  });

  test("ifMatch holds for an object of several parts", async () => {
    const { key, earlier, etag } = await replaced();
    const body = () => streamOf(pattern(9 * MIB));
    const write = stage.bucket.write(key, body(), { ifMatch: earlier });
    expect(await failureKind(write)).toBe("precondition-failed");
    expect(await readText(stage.bucket, key)).toBe("new");
    await stage.bucket.write(key, body(), { ifMatch: etag });
    expect((await stage.bucket.stat(key)).size).toBe(9 * MIB);
  }, 60_000);

  test("ifMatch has one winner among four at once", async () => {
    const { key, etag } = await replaced();
    const writes = Array.from({ length: 4 }, async (_, i) => {
      await stage.bucket.write(key, text(`writer ${i}`), { ifMatch: etag });
      return `writer ${i}`;
    });
    const outcomes = await Promise.allSettled(writes);
    const winners = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(winners).toContain(await readText(stage.bucket, key));
    const most = stage.subject.traits.comparesFirst === true ? 4 : 1;
    expect(winners.length).toBeLessThanOrEqual(most);
  });

  test("an object is removed while it is as it was seen", async () => {
    const { key, etag } = await replaced();
    await stage.bucket.remove(key, { ifMatch: etag });
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
  });

  test("an object that has changed since is not removed", async () => {
    const { key, earlier } = await replaced();
    const removal = stage.bucket.remove(key, { ifMatch: earlier });
    expect(await failureKind(removal)).toBe("precondition-failed");
    expect(await readText(stage.bucket, key)).toBe("new");
  });

  test("removing what is gone succeeds, whatever it was", async () => {
    const { key, etag } = await replaced();
    await stage.bucket.remove(key);
    await expect(stage.bucket.remove(key, { ifMatch: etag })).resolves.toBeUndefined();
  });
}
