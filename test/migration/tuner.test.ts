import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createTuner, type Tuner } from "../../functions/migration/tuner.ts";

/** Runs requests against a store whose throughput is a function of how many come at a time. */
function drive(tuner: Tuner, requests: number, rate: (limit: number) => number): void {
  let now = 0;
  for (let i = 0; i < requests; i++) {
    now += 1 / rate(tuner.limit);
    tuner.succeeded(1, now);
  }
}

test("it rises as long as throughput rises with it", () => {
  const tuner = createTuner({ start: 4, most: 256 });
  drive(tuner, 50_000, (limit) => limit);
  expect(tuner.limit).toBe(256);
});

test.each([8, 16, 32, 64, 100])(
  "a store that serves %i at a time gets no fewer, and at most twice as many",
  (enough) => {
    const tuner = createTuner({ start: 4, most: 256 });
    let sum = 0;
    let rounds = 0;
    let now = 0;
    for (let i = 0; i < 200_000; i++) {
      now += 1 / Math.min(tuner.limit, enough);
      tuner.succeeded(1, now);
      if (i > 50_000) {
        sum += tuner.limit;
        rounds += 1;
      }
    }
    expect(sum / rounds).toBeGreaterThanOrEqual(enough * 0.75);
    expect(sum / rounds).toBeLessThanOrEqual(enough * 2.2);
  },
);

test("a store that asks for less gets less at once, and more again bit by bit", () => {
  const tuner = createTuner({ start: 100, most: 100 });
  tuner.throttled(tuner.epoch);
  expect(tuner.limit).toBe(65);
  drive(tuner, 300 * 4, () => 1);
  expect(tuner.limit).toBeGreaterThan(65);
  drive(tuner, 50_000, () => 1);
  expect(tuner.limit).toBe(100);
});

test("one moment of refusals counts once, however many were under way", () => {
  const tuner = createTuner({ start: 100, most: 100 });
  const { epoch } = tuner;
  for (let i = 0; i < 100; i++) tuner.throttled(epoch);
  expect(tuner.limit).toBe(65);
  tuner.throttled(tuner.epoch);
  expect(tuner.limit).toBe(42);
});

test("whatever happens it stays within its limits", () => {
  const event = fc.oneof(fc.constant("throttled" as const), fc.nat({ max: 5 }));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 2000 }), (events) => {
      const tuner = createTuner({ start: 8, most: 20 });
      let now = 0;
      for (const happened of events) {
        if (happened === "throttled") tuner.throttled(tuner.epoch);
        else tuner.succeeded(1, (now += happened));
        expect(tuner.limit).toBeGreaterThanOrEqual(1);
        expect(tuner.limit).toBeLessThanOrEqual(20);
      }
    }),
    { numRuns: 30 },
  );
});
