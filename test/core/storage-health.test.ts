import { createHealth } from "@remote-storage/core/health.ts";
import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { watchStorage } from "@remote-storage/core/storage-health.ts";
import { describe, expect, test, vi } from "vitest";

/** A watch over a bucket whose look-ups fail so, and a clock that only the test moves. */
function watched(kind: ErrorKind | "hangs") {
  let outcome = kind;
  let seconds = 0;
  const stat = vi.fn<Bucket["stat"]>((_key, { signal } = {}) =>
    outcome === "hangs"
      ? new Promise((_, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        })
      : Promise.reject(new StorageError(outcome, "", { provider: "test", operation: "stat" })),
  );
  const health = watchStorage(createHealth(), { stat } as Partial<Bucket> as Bucket, () => {
    return new Date(seconds * 1000);
  });
  return {
    stat,
    health,
    set: (next: typeof kind) => (outcome = next),
    pass: (more: number) => (seconds += more),
  };
}

describe("what health says of the storage", () => {
  test.each<[ErrorKind, readonly string[]]>([
    ["not-found", []],
    ["denied", []],
    ["unavailable", ["storage: it cannot be reached, or fails"]],
    ["credentials", ["storage: it does not accept the configured credentials"]],
    ["no-bucket", ["storage: the private bucket does not exist"]],
  ])("%s", async (kind, degraded) => {
    const { health } = watched(kind);
    expect(health.degraded()).toEqual([]);
    await new Promise(setImmediate);
    expect(health.degraded()).toEqual(degraded);
  });

  test("however often it is asked, it looks every half minute, and sees when the storage is back", async () => {
    const { health, stat, pass, set } = watched("unavailable");
    for (let call = 0; call < 100; call++) health.degraded();
    await new Promise(setImmediate);
    pass(29);
    expect(health.degraded()).toHaveLength(1);
    expect(stat).toHaveBeenCalledTimes(1);
    set("not-found");
    pass(1);
    expect(health.degraded()).toHaveLength(1);
    await new Promise(setImmediate);
    expect(health.degraded()).toEqual([]);
    expect(stat).toHaveBeenCalledTimes(2);
  });

  test("a store that hangs is not waited for, nor asked again meanwhile", async () => {
    const { health, stat, pass } = watched("hangs");
    expect(health.degraded()).toEqual([]);
    pass(60);
    expect(health.degraded()).toEqual([]);
    expect(stat).toHaveBeenCalledTimes(1);
  });

  test("what others report stays", async () => {
    const { health } = watched("not-found");
    health.report("audit", "nothing can be written");
    health.degraded();
    await new Promise(setImmediate);
    expect(health.degraded()).toEqual(["audit: nothing can be written"]);
  });
});
