import { expect, test } from "vitest";
import { createBandwidth } from "../../functions/migration/bandwidth.ts";
import { createCrowd } from "../../functions/migration/crowd.ts";
import { createGate } from "../../functions/migration/gate.ts";
import { createMemoryBudget } from "../../functions/migration/memory-budget.ts";

const { signal } = new AbortController();

test("bandwidth: what is sent waits for what was sent before it", async () => {
  const waits: number[] = [];
  let now = 0;
  const bandwidth = createBandwidth(1000, {
    clock: () => now,
    sleep: (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
    signal,
  });
  for (const bytes of [500, 500, 1000]) await bandwidth.take(bytes);
  expect(waits).toEqual([500, 1000]);
  // A pause is not saved up.
  now = 60_000;
  await bandwidth.take(2000);
  await bandwidth.take(1);
  expect(waits).toEqual([500, 1000, 2000]);
});

test("bandwidth: without a limit nothing waits", () => {
  const bandwidth = createBandwidth(undefined, {
    clock: () => 0,
    sleep: () => Promise.reject(new Error("waited")),
    signal,
  });
  expect(bandwidth.take(1e12)).toBeUndefined();
});

test("memory: never more is held than there is, in order, and the largest gets its turn", async () => {
  const memory = createMemoryBudget(100);
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const hold = (bytes: number) =>
    memory.hold(bytes, () => {
      begun.push(bytes);
      return new Promise<void>((resolve) => void ends.push(resolve));
    });
  const all = [hold(60), hold(40), hold(1000), hold(10)];
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toEqual([60, 40]);
  for (let i = 0; i < 4; i++) {
    ends[i]?.();
    await all[i];
    await new Promise((resolve) => void setImmediate(resolve));
  }
  await Promise.all(all);
  expect(begun).toEqual([60, 40, 1000, 10]);
});

test("crowd: so many at a time, and empty once none is left", async () => {
  const crowd = createCrowd(() => 2);
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => void ends.push(resolve));
  expect(crowd.add(work)).toBeUndefined();
  expect(crowd.add(work)).toBeUndefined();
  const third = crowd.add(work);
  expect(third).toBeInstanceOf(Promise);
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await third;
  expect(ends).toHaveLength(3);
  ends[1]?.();
  ends[2]?.();
  await crowd.empty();
});

test("gate: no more at a time than the limit, and every one in the end", async () => {
  const gate = createGate({ start: 3, most: 3, clock: () => 0 });
  let active = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 50 }, () =>
      gate.run(async () => {
        active += 1;
        most = Math.max(most, active);
        await new Promise((resolve) => void setImmediate(resolve));
        active -= 1;
      }),
    ),
  );
  expect(most).toBe(3);
});
