import { StorageError } from "@remote-storage/core/storage/errors.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerError } from "../../functions/migration/bucket/answer-error.ts";
import { backoff, retry } from "../../functions/migration/retry.ts";

const place = { provider: "test", operation: "PUT" };

function context() {
  const waits: number[] = [];
  let throttled = 0;
  return {
    waits,
    throttled: () => throttled,
    options: {
      attempts: 4,
      random: () => 0.5,
      signal: new AbortController().signal,
      sleep: (milliseconds: number) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
      onThrottle: () => {
        throttled += 1;
      },
    },
  };
}

test("what may succeed later is tried again, with pauses that grow", async () => {
  const { options, waits, throttled } = context();
  const answer = await retry((attempt) => {
    if (attempt < 4) throw new StorageError("unavailable", "not now", place);
    return attempt;
  }, options);
  expect(answer).toBe(4);
  expect(waits).toEqual([100, 200, 400]);
  expect(throttled()).toBe(0);
});

test("the store's own wish is kept, and told as throttling", async () => {
  const { options, waits, throttled } = context();
  await retry((attempt) => {
    if (attempt === 1) throw new AnswerError("throttled", "slow down", place, 7000);
    return attempt;
  }, options);
  expect(waits).toEqual([7100]);
  expect(throttled()).toBe(1);
});

test("tries are bounded, and the last failure is the one that is told", async () => {
  const { options, waits } = context();
  let count = 0;
  const failing = retry(() => {
    count += 1;
    throw new StorageError("timeout", `try ${count}`, place);
  }, options);
  await expect(failing).rejects.toThrow("try 4");
  expect(waits).toHaveLength(3);
});

test.each(["denied", "no-bucket", "precondition-failed", "invalid-key"] as const)(
  "%s is not tried again",
  async (kind) => {
    const { options, waits } = context();
    const failing = retry(() => {
      throw new StorageError(kind, "no", place);
    }, options);
    await expect(failing).rejects.toThrow("no");
    expect(waits).toEqual([]);
  },
);

test("pauses stay within their bounds", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.nat(10 ** 9),
      (attempt, random, wish) => {
        const wait = backoff(attempt, () => random, wish);
        expect(wait).toBeGreaterThanOrEqual(Math.min(wish, 60_000));
        expect(wait).toBeLessThanOrEqual(80_000);
      },
    ),
  );
});
