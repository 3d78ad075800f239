import { expect, test } from "vitest";
import { failureKind, pattern, readBytes, readText, type Stage } from "./stage.ts";
import { someKey, streamOf, text } from "./stage.ts";

const MIB = 1024 * 1024;

export function writeCases(stage: Stage): void {
  test("answers with the stored object", async () => {
    const key = someKey();
    const stat = await stage.bucket.write(key, text("hello"), { type: "text/plain" });
    expect(stat).toMatchObject({ key, size: 5, type: "text/plain" });
    expect(stat.etag).toMatch(/^"[^"]+"$/);
  });

  test("keeps every byte value", async () => {
    const key = someKey();
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await stage.bucket.write(key, bytes);
    expect(await readBytes(stage.bucket, key)).toEqual(bytes);
  });

  test("stores zero bytes from a stream", async () => {
    const key = someKey();
    await stage.bucket.write(key, streamOf(new Uint8Array()));
    expect((await stage.bucket.stat(key)).size).toBe(0);
  });

  test("stores a stream of known length", async () => {
    const key = someKey();
    const bytes = pattern(200_001);
    await stage.bucket.write(key, streamOf(bytes), { size: bytes.byteLength });
    expect(Buffer.compare(await readBytes(stage.bucket, key), bytes)).toBe(0);
  });

  test("stores a stream of 8 MiB and a byte of unknown length", async () => {
    const key = someKey();
    const bytes = pattern(8 * MIB + 1);
    const stat = await stage.bucket.write(key, streamOf(bytes), { type: "video/mp4" });
    expect(stat).toMatchObject({ size: bytes.byteLength, type: "video/mp4" });
    expect(await stage.bucket.stat(key)).toMatchObject({ etag: stat.etag, type: "video/mp4" });
    expect(Buffer.compare(await readBytes(stage.bucket, key), bytes)).toBe(0);
  }, 60_000);

  test("takes a view into a larger buffer as what it shows", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("..hello..").subarray(2, 7));
    expect(await readText(stage.bucket, key)).toBe("hello");
  });

  test("replaces bytes and type", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("a longer old object"), { type: "text/plain" });
    await stage.bucket.write(key, text("new"), { type: "image/png" });
    expect(await readText(stage.bucket, key)).toBe("new");
    expect(await stage.bucket.stat(key)).toMatchObject({ size: 3, type: "image/png" });
  });

  test("ifAbsent stores what is not there", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("first"), { ifAbsent: true });
    expect(await readText(stage.bucket, key)).toBe("first");
  });

  test("ifAbsent refuses to replace", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("first"));
    const second = stage.bucket.write(key, text("second"), { ifAbsent: true });
    expect(await failureKind(second)).toBe("precondition-failed");
    expect(await readText(stage.bucket, key)).toBe("first");
  });

  test("ifAbsent refuses to replace from a stream of unknown length", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("first"));
    const second = stage.bucket.write(key, streamOf(text("second")), { ifAbsent: true });
    expect(await failureKind(second)).toBe("precondition-failed");
    expect(await readText(stage.bucket, key)).toBe("first");
  });

  test("ifAbsent has one winner among eight at once", async () => {
    const key = someKey();
    const writes = Array.from({ length: 8 }, async (_, i) => {
      await stage.bucket.write(key, text(`writer ${i}`), { ifAbsent: true });
      return `writer ${i}`;
    });
    const outcomes = await Promise.allSettled(writes);
    const winners = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(winners).toHaveLength(1);
    expect(await readText(stage.bucket, key)).toBe(winners[0]?.value);
    const kinds = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [(outcome.reason as { kind?: string }).kind] : [],
    );
    expect(new Set(kinds)).toEqual(new Set(["precondition-failed"]));
  });

  test.each([
    { name: "fewer", size: 9 },
    { name: "more", size: 11 },
  ])("a stream of $name bytes than its size leaves nothing", async ({ size }) => {
    const key = someKey();
    const write = stage.bucket.write(key, streamOf(text("0123456789"), 4), { size });
    expect(await failureKind(write)).toBe("invalid-request");
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
  });

  test.each([4, 6])("an array of 5 bytes with a size of %i leaves the old object", async (size) => {
    const key = someKey();
    await stage.bucket.write(key, text("old"));
    const write = stage.bucket.write(key, text("01234"), { size });
    expect(await failureKind(write)).toBe("invalid-request");
    expect(await readText(stage.bucket, key)).toBe("old");
  });

  test("a size that is right is accepted", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("01234"), { size: 5 });
    expect(await readText(stage.bucket, key)).toBe("01234");
  });

  test.each([{ size: 1_000_000 }, {}])(
    "a body that fails half-way leaves the old object (%o)",
    async (options) => {
      const key = someKey();
      await stage.bucket.write(key, text("old"));
      let pulls = 0;
      const broken = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (++pulls < 3) controller.enqueue(pattern(1000));
          else controller.error(new Error("the source broke"));
        },
      });
      await expect(stage.bucket.write(key, broken, options)).rejects.toBeInstanceOf(Error);
      expect(await readText(stage.bucket, key)).toBe("old");
    },
  );

  test.each([{ size: 1_000_000 }, {}])(
    "an abort half-way leaves the old object (%o)",
    async (options) => {
      const key = someKey();
      await stage.bucket.write(key, text("old"));
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      let pulls = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull(stream) {
          if (++pulls < 3) stream.enqueue(pattern(1000));
          else controller.abort(reason);
        },
      });
      const write = stage.bucket.write(key, endless, { ...options, signal: controller.signal });
      await expect(write).rejects.toBe(reason);
      expect(await readText(stage.bucket, key)).toBe("old");
    },
  );

  test("a signal aborted before the call stores nothing", async () => {
    const key = someKey();
    const reason = new Error("no longer wanted");
    const signal = AbortSignal.abort(reason);
    await expect(stage.bucket.write(key, text("x"), { signal })).rejects.toBe(reason);
    expect(await failureKind(stage.bucket.stat(key))).toBe("not-found");
  });
}
