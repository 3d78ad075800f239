import { createRateLimiter } from "@remote-storage/core/access/rate-limiter.ts";
import { toRemote } from "@remote-storage/core/access/remote.ts";
import { parseRate } from "@remote-storage/core/settings/rate.ts";
import { array, assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";

describe("a rate limiter", () => {
  test("lets so many through at once, and then as many as the time gives", () => {
    const limiter = createRateLimiter({ count: 3, seconds: 60 });
    const tryAt = (now: number) => {
      const wait = limiter.wait("a", now);
      if (wait === 0) limiter.spend("a", now);
      return wait;
    };
    expect([0, 0, 0, 0].map(tryAt)).toEqual([0, 0, 0, 20]);
    expect([19_999, 20_000, 20_000, 40_000].map(tryAt)).toEqual([1, 0, 20, 0]);
    expect([1e9, 1e9, 1e9, 1e9].map(tryAt)).toEqual([0, 0, 0, 20]);
  });

  test("counts each caller by itself", () => {
    const limiter = createRateLimiter({ count: 1, seconds: 1 });
    limiter.spend("a", 0);
    expect([limiter.wait("a", 0), limiter.wait("b", 0)]).toEqual([1, 0]);
  });

  test("never lets more through in a span than twice the count, nor keeps anyone out for good", () => {
    assert(
      property(
        integer({ min: 1, max: 20 }),
        array(integer({ min: 0, max: 3000 }), { maxLength: 200 }),
        (count, pauses) => {
          const limiter = createRateLimiter({ count, seconds: 10 });
          let now = 0;
          const letIn: number[] = [];
          for (const pause of pauses) {
            now += pause;
            const wait = limiter.wait("a", now);
            // Whoever waits as long as is said gets in.
            expect(limiter.wait("a", now + wait * 1000)).toBe(0);
            if (wait > 0) continue;
            limiter.spend("a", now);
            letIn.push(now);
          }
          const worst = Math.max(
            0,
            ...letIn.map((from) => letIn.filter((at) => at >= from && at < from + 10_000).length),
          );
          expect(worst).toBeLessThanOrEqual(2 * count);
        },
      ),
    );
  });

  test("remembers ten thousand callers at most", () => {
    const limiter = createRateLimiter({ count: 1, seconds: 3600 });
    for (let caller = 0; caller <= 10_000; caller += 1) limiter.spend(String(caller), 0);
    expect(limiter.wait("0", 0)).toBe(0);
    expect(limiter.wait("1", 0)).toBeGreaterThan(0);
  });
});

test.each([
  ["off", "off"],
  ["50/s", { count: 50, seconds: 1 }],
  ["600/m", { count: 600, seconds: 60 }],
  ["1/h", { count: 1, seconds: 3600 }],
  ["0/s", undefined],
  ["50", undefined],
  ["50/d", undefined],
  ["-1/s", undefined],
  ["1.5/s", undefined],
])("RATE_LIMIT=%s", (text, expected) => {
  expect(parseRate(text)).toEqual(expected);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:0001:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["nonsense", "nonsense"],
])("%s is counted as %s", (address, expected) => {
  expect(toRemote(address)).toBe(expected);
});
