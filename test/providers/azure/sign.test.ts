import type { UserDelegationKey } from "@remote-storage/core/signing/azure-presigner.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { createDelegationKeys } from "../../../functions/providers/azure/delegation.ts";
import { createDelegatedSign } from "../../../functions/providers/azure/sign.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const START = Date.parse("2026-03-01T12:00:00Z");
const target = { origin: "https://a.example", basePath: "", account: "a", container: "c" };
const key = parseKey("k");

/** An identity's signing with a clock that is moved by hand and a key service that answers at once. */
function createStage(policy = { maxExpires: 7 * DAY, window: 0 }, keyLife = 7 * DAY) {
  let seconds = 0;
  let asked = 0;
  const now = (): Date => new Date(START + seconds * 1000);
  const fetch = async (startsOn: Date, expiresOn: Date): Promise<UserDelegationKey> => ({
    signedObjectId: "object",
    signedTenantId: "tenant",
    signedStartsOn: startsOn,
    signedExpiresOn: new Date(Math.min(expiresOn.getTime(), now().getTime() + keyLife * 1000)),
    signedService: "b",
    signedVersion: "2020-12-06",
    value: Buffer.from(`key ${++asked}`).toString("base64"),
  });
  const sign = createDelegatedSign(target, createDelegationKeys(fetch, now), { now, policy });
  return {
    sign: (expires: number) => sign({ method: "GET", key, expires }),
    wait: (by: number) => (seconds += by),
    asked: () => asked,
  };
}

const parameter = (url: string, name: string) => new URL(url).searchParams.get(name);

test("the first signature waits for a key, those that follow are given at once", async () => {
  const { sign, asked } = createStage();
  const first = sign(HOUR);
  expect(first).toBeInstanceOf(Promise);
  await first;
  const second = sign(HOUR);
  expect(second).not.toBeInstanceOf(Promise);
  expect(await second).toEqual(await first);
  expect(asked()).toBe(1);
});

test("a thousand signatures at once take one key", async () => {
  const { sign, asked } = createStage();
  await Promise.all(Array.from({ length: 1000 }, async () => sign(HOUR)));
  expect(asked()).toBe(1);
});

test("a signature never outlives its key, and says when that ends it early", async () => {
  const { sign } = createStage();
  const signed = await sign(7 * DAY);
  expect(signed.clampedBy).toBe("delegation-key");
  expect(signed.expiresAt).toBe(parameter(signed.url, "ske"));
  expect(parameter(signed.url, "se")).toBe(parameter(signed.url, "ske"));
});

test("no wish and no moment gives a signature that ends after its key or before now", async () => {
  const { sign, wait } = createStage();
  for (let round = 0; round < 200; round++) {
    const signed = await sign([60, HOUR, 3 * DAY, 7 * DAY][round % 4] ?? HOUR);
    const [end, keyEnd] = [parameter(signed.url, "se"), parameter(signed.url, "ske")];
    expect(Date.parse(end ?? "")).toBeLessThanOrEqual(Date.parse(keyEnd ?? ""));
    expect(Date.parse(end ?? "")).toBeGreaterThan(START + wait(0) * 1000);
    wait(2777);
  }
});

test("a key shorter than was asked for is used to its end only", async () => {
  const { sign } = createStage({ maxExpires: 7 * DAY, window: 0 }, HOUR);
  const signed = await sign(2 * HOUR);
  expect([signed.clampedBy, signed.expiresAt]).toEqual(["delegation-key", "2026-03-01T13:00:00Z"]);
});

test("with a window the same wish gives the same URL while the window and the key last", async () => {
  const { sign, wait } = createStage({ maxExpires: 7 * DAY, window: 900 });
  const { url } = await sign(HOUR);
  wait(899);
  expect((await sign(HOUR)).url).toBe(url);
  wait(1);
  expect((await sign(HOUR)).url).not.toBe(url);
});
