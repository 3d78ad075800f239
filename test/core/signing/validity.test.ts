import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Limit, validity } from "../../../functions/core/signing/validity.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const NOW = new Date("2026-11-22T14:07:09.750Z");
const WEEK = 604_800;
const OPEN = { maxExpires: WEEK, window: 0 };
const at = (time: string) => new Date(`2026-11-22T${time}Z`);

describe("without a window", () => {
  test("starts at the second and lives as long as wished", () => {
    expect(validity(NOW, 3600, OPEN)).toEqual({
      signedAt: at("14:07:09"),
      seconds: 3600,
      expiresAt: "2026-11-22T15:07:09Z",
    });
  });

  test("is clamped by the policy", () => {
    expect(validity(NOW, 3600, { maxExpires: 60, window: 0 })).toEqual({
      signedAt: at("14:07:09"),
      seconds: 60,
      expiresAt: "2026-11-22T14:08:09Z",
      clampedBy: "policy",
    });
  });

  test("is clamped by the soonest limit", () => {
    const limits: Limit[] = [
      { until: at("14:40:00"), reason: "delegation-key" },
      { until: at("14:30:00.900"), reason: "credentials" },
      { until: at("14:50:00"), reason: "provider" },
    ];
    expect(validity(NOW, 3600, OPEN, limits)).toMatchObject({
      expiresAt: "2026-11-22T14:30:00Z",
      clampedBy: "credentials",
    });
    expect(validity(NOW, 60, OPEN, limits)).not.toHaveProperty("clampedBy");
  });
});

describe("with a window", () => {
  const policy = { maxExpires: WEEK, window: 900 };

  test("is the same all through it, and never ends before the wish", () => {
    const first = validity(at("14:00:00"), 3600, policy);
    expect(first).toEqual({
      signedAt: at("14:00:00"),
      seconds: 4500,
      expiresAt: "2026-11-22T15:15:00Z",
    });
    expect(validity(at("14:14:59.999"), 3600, policy)).toEqual(first);
    expect(validity(at("14:15:00"), 3600, policy).signedAt).toEqual(at("14:15:00"));
  });

  test("never makes a life longer than the policy's, and says so", () => {
    const short = { maxExpires: 3600, window: 900 };
    expect(validity(at("14:10:00"), 3600, short)).toEqual({
      signedAt: at("14:00:00"),
      seconds: 3600,
      expiresAt: "2026-11-22T15:00:00Z",
      clampedBy: "policy",
    });
    expect(validity(at("14:00:00"), 3600, short)).not.toHaveProperty("clampedBy");
  });

  test("leaves half of the longest life even when the window is longer", () => {
    expect(validity(at("14:14:59"), 60, { maxExpires: 60, window: 900 })).toEqual({
      signedAt: at("14:14:30"),
      seconds: 60,
      expiresAt: "2026-11-22T14:15:30Z",
      clampedBy: "policy",
    });
  });

  test("a limit stays where it is", () => {
    const limit = { until: at("14:30:00"), reason: "credentials" } as const;
    expect(validity(at("14:10:00"), 3600, policy, [limit])).toMatchObject({
      signedAt: at("14:00:00"),
      seconds: 1800,
      clampedBy: "credentials",
    });
  });
});

test.each([0, -1, 1.5, WEEK + 1, Number.NaN])("refuses a wish of %s seconds", (expires) => {
  expect(() => validity(NOW, expires, OPEN)).toThrow(
    expect.objectContaining({ kind: "invalid-request" }),
  );
});

test("refuses to sign beyond credentials that have ended", () => {
  const ended = { until: at("14:07:09.900"), reason: "credentials" } as const;
  expect(() => validity(NOW, 60, OPEN, [ended])).toThrow(
    expect.objectContaining({ kind: "credentials" }),
  );
});

test("any validity keeps to the wish, the policy and the limits", () => {
  const time = fc.date({ min: new Date(0), max: new Date("2099-01-01"), noInvalidDate: true });
  const property = fc.property(
    time,
    fc.integer({ min: 1, max: WEEK }),
    fc.record({
      maxExpires: fc.integer({ min: 1, max: WEEK }),
      window: fc.oneof(fc.constant(0), fc.nat(86_400)),
    }),
    fc.array(fc.integer({ min: 1, max: 2 * WEEK })),
    (now, expires, policy, ahead) => {
      const second = Math.floor(now.getTime() / 1000);
      const limits = ahead.map((after): Limit => ({
        until: new Date((second + after) * 1000),
        reason: "provider",
      }));
      const { signedAt, seconds, expiresAt, clampedBy } = validity(now, expires, policy, limits);
      const end = Date.parse(expiresAt);
      expect(end).toBe(signedAt.getTime() + seconds * 1000);
      expect(signedAt.getTime()).toBeLessThanOrEqual(now.getTime());
      expect(signedAt.getTime() % 1000).toBe(0);
      expect(seconds).toBeLessThanOrEqual(policy.maxExpires);
      expect(end).toBeLessThanOrEqual(Math.min(...limits.map(({ until }) => until.getTime()), end));
      expect(clampedBy === undefined).toBe(end >= (second + expires) * 1000);
    },
  );
  fc.assert(property, { numRuns: propertyRuns(1000, 20_000) });
});
