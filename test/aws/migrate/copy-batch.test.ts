import { describe, expect, test } from "vitest";
import type { Batch } from "../../../functions/aws/migrate/batch.ts";
import { createBatchUploads } from "../../../functions/aws/migrate/batch-uploads.ts";
import { type BatchContext, copyBatch } from "../../../functions/aws/migrate/copy-batch.ts";
import type { ManifestItem } from "../../../functions/migration/manifest/manifest-item.ts";
import type { OutcomeState } from "../../../functions/migration/outcome.ts";
import type { CopyOutcome } from "../../../functions/migration/store-copy/copy-outcome.ts";

const item = (key: string, more: Partial<ManifestItem> = {}): ManifestItem => ({
  key,
  size: 1,
  etag: `"${key}"`,
  modified: "2026-01-02T03:04:05.678Z",
  ...more,
});
const outcome = (key: string, state: OutcomeState, retryable = false): CopyOutcome => ({
  key,
  size: 1,
  sent: 0,
  state,
  ...(state === "copied" || state === "equal"
    ? {}
    : { error: { kind: "denied", message: `no ${key}`, retryable } }),
});

/** Runs one round; `copy` may end the worker's time, and reject as a copier then does. */
function round(
  batch: Batch,
  copy: (key: string, endTime: () => never) => CopyOutcome,
  more: Partial<BatchContext> = {},
): Promise<Batch> {
  const time = new AbortController();
  const endTime = (): never => {
    time.abort();
    throw time.signal.reason;
  };
  return copyBatch(batch, {
    copy: async ({ key }) => copy(key, endTime),
    uploads: createBatchUploads(batch.Items),
    atATime: 1,
    signal: time.signal,
    sent: () => 0,
    ...more,
  });
}

describe("a batch", () => {
  test("is done with a line for each object", async () => {
    const result = await round({ Items: [item("a"), item("b")] }, (key) => outcome(key, "copied"));
    expect(result).toEqual({ Items: [], done: [outcome("a", "copied"), outcome("b", "copied")] });
  });

  test("asks for exactly the version of the manifest", async () => {
    const asked: unknown[] = [];
    await round({ Items: [item("a")] }, (key) => outcome(key, "equal"), {
      copy: async (object) => {
        asked.push(object);
        return outcome(object.key, "equal");
      },
    });
    const modified = new Date("2026-01-02T03:04:05.678Z");
    expect(asked).toEqual([{ key: "a", size: 1, identity: '"a"', modified }]);
  });

  test("that runs out of time gives back what is left, and goes on with it", async () => {
    const first = await round({ Items: ["a", "b", "c"].map((key) => item(key)) }, (key, endTime) =>
      key === "b" ? endTime() : outcome(key, "copied"),
    );
    expect(first).toEqual({ Items: [item("b"), item("c")], done: [outcome("a", "copied")] });
    const second = await round(first, (key) => outcome(key, "copied"));
    expect(second.Items).toEqual([]);
    expect(second.done?.map(({ key }) => key)).toEqual(["a", "b", "c"]);
  });

  test("keeps what failed among its items until the last round, which a redrive runs again", async () => {
    const first = await round(
      { Items: ["a", "b", "c"].map((key) => item(key)) },
      (key, endTime) => {
        if (key === "a") return outcome(key, "failed");
        return key === "b" ? outcome(key, "copied") : endTime();
      },
    );
    expect(first.Items).toEqual([item("c"), item("a")]);
    const last = round(first, (key) => outcome(key, key === "a" ? "failed" : "copied"));
    await expect(last).rejects.toMatchObject({ name: "ObjectsFailed" });
  });

  test.each(["failed", "conflict", "changed", "left-out"] as const)(
    "with an object that is %s fails at its end, naming it",
    async (state) => {
      const copied: string[] = [];
      const batch = round({ Items: ["a", "b", "c"].map((key) => item(key)) }, (key) => {
        copied.push(key);
        return outcome(key, key === "b" ? state : "copied");
      });
      const error = await batch.catch((reason: unknown) => reason as Error);
      expect(error).toMatchObject({ name: "ObjectsFailed" });
      expect(JSON.parse((error as Error).message)).toEqual({
        failed: 1,
        objects: 3,
        first: [{ key: "b", state, kind: "denied", message: "no b" }],
      });
      expect(copied).toEqual(["a", "b", "c"]);
    },
  );

  test("that may succeed later says so by the error's name", async () => {
    const batch = round({ Items: [item("a")] }, (key) => outcome(key, "failed", true));
    await expect(batch).rejects.toMatchObject({ name: "TryAgain" });
  });

  test("names so many failures that Step Functions keeps them whole", async () => {
    const long = "x".repeat(1024);
    const Items = Array.from({ length: 500 }, (_, index) => item(`${index}${long}`));
    const error = await round({ Items }, (key) => outcome(key, "failed")).catch(
      (reason: unknown) => reason as Error,
    );
    expect(Buffer.byteLength((error as Error).message)).toBeLessThan(32_768);
    expect(JSON.parse((error as Error).message)).toMatchObject({ failed: 500, objects: 500 });
  });

  test("whose round brought nothing fails instead of going round for ever", async () => {
    const batch = { Items: [item("huge")] };
    const stuck = round(batch, (_key, endTime) => endTime());
    await expect(stuck).rejects.toMatchObject({ name: "NoProgress" });
    const slow = await round(batch, (_key, endTime) => endTime(), { sent: () => 1 });
    expect(slow.Items).toEqual(batch.Items);
  });

  test("takes the parts of a huge object along, unless they would not fit", async () => {
    const part = { number: 1, etag: '"p"', crc32: 7, proof: "crc32" } as const;
    const upload = { id: "u", identity: '"huge"', partSize: 5, parts: [part] };
    const uploads = createBatchUploads([item("huge", { upload })]);
    expect(uploads.find("huge")).toEqual(upload);
    uploads.arrived("huge", { ...part, number: 2 });
    const fetched = [{ number: 3, size: 5, crc64nvme: "rosUhgp5mIg=" }];
    for (const each of fetched) uploads.fetched("huge", each);
    const again = await round({ Items: [item("huge")] }, (_key, endTime) => endTime(), {
      uploads,
      sent: () => 1,
    });
    const parts = [part, { ...part, number: 2 }];
    expect(again.Items).toEqual([item("huge", { upload: { ...upload, parts, fetched } })]);
    for (let number = 3; number < 3000; number += 1) uploads.arrived("huge", { ...part, number });
    const without = await round({ Items: [item("huge")] }, (_key, endTime) => endTime(), {
      uploads,
      sent: () => 1,
    });
    expect(without.Items).toEqual([item("huge")]);
  });

  test("fails with whatever is no matter of an object", async () => {
    const broken = round({ Items: [item("a")] }, () => {
      throw new TypeError("a mistake");
    });
    await expect(broken).rejects.toThrow("a mistake");
  });
});
