import type { UserDelegationKey } from "@remote-storage/core/signing/azure-presigner.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { describe, expect, test } from "vitest";
import { createDelegationKeys } from "../../../functions/providers/azure/delegation.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const START = Date.parse("2026-03-01T12:00:00Z");

const relative = (date: Date): number => (date.getTime() - START) / 1000;

interface Answer {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A key service that answers when told to, and a clock that stands still until moved. */
function createStage() {
  let seconds = 0;
  const asked: { readonly from: number; readonly to: number }[] = [];
  const answers: Answer[] = [];
  const keyUntil = (end: Date): UserDelegationKey => ({
    signedObjectId: "object",
    signedTenantId: "tenant",
    signedStartsOn: new Date(START),
    signedExpiresOn: end,
    signedService: "b",
    signedVersion: "2020-12-06",
    value: Buffer.from(`key ${asked.length}`).toString("base64"),
  });
  const keys = createDelegationKeys(
    (startsOn, expiresOn) => {
      asked.push({ from: relative(startsOn) - seconds, to: relative(expiresOn) - seconds });
      const { promise, resolve, reject } = Promise.withResolvers<UserDelegationKey>();
      const key = keyUntil(expiresOn);
      answers.push({ resolve: () => resolve(key), reject });
      return promise;
    },
    () => new Date(START + seconds * 1000),
  );
  return {
    asked,
    keys,
    answer: (outcome: "key" | Error = "key") => {
      const next = answers.shift();
      if (outcome === "key") next?.resolve();
      else next?.reject(outcome);
    },
    wait: (by: number) => (seconds += by),
    ends: (key: UserDelegationKey) => relative(key.signedExpiresOn) - seconds,
  };
}

async function withKey(life: number) {
  const stage = createStage();
  const first = stage.keys(life);
  stage.answer();
  return { ...stage, first: await first };
}

/** Until what was started behind the scenes is done. */
const settled = () => new Promise((done) => setImmediate(done));

describe("user delegation keys", () => {
  test("the first is asked for 6 hours beyond the signature, backdated for clocks that differ", async () => {
    const { asked } = await withKey(HOUR);
    expect(asked).toEqual([{ from: -15 * MINUTE, to: 7 * HOUR }]);
  });

  test("is never asked for more than seven days in all", async () => {
    const { asked } = await withKey(WEEK);
    expect(asked).toEqual([{ from: -15 * MINUTE, to: WEEK - 15 * MINUTE }]);
  });

  test("is given at once, without a promise, while it lasts", async () => {
    const { keys, asked, wait, first } = await withKey(HOUR);
    expect(keys(HOUR)).toBe(first);
    wait(4 * HOUR + 55 * MINUTE);
    expect(keys(HOUR)).toBe(first);
    expect(asked).toHaveLength(1);
  });

  test("is renewed an hour before it is missed, and nobody waits", async () => {
    const { keys, asked, wait, answer, first, ends } = await withKey(HOUR);
    wait(4 * HOUR + 55 * MINUTE + 1);
    for (let index = 0; index < 1000; index++) expect(keys(HOUR)).toBe(first);
    answer();
    await settled();
    const second = await keys(HOUR);
    expect(second).not.toBe(first);
    expect(ends(second)).toBe(7 * HOUR);
    expect(asked).toHaveLength(2);
  });

  test("is waited for when less than the signature's life and 5 minutes are left", async () => {
    const { keys, asked, wait, answer, first } = await withKey(HOUR);
    wait(5 * HOUR + 55 * MINUTE + 1);
    const second = keys(HOUR);
    expect(second).toBeInstanceOf(Promise);
    answer();
    expect(await second).not.toBe(first);
    expect(keys(HOUR)).toBe(await second);
    expect(asked).toHaveLength(2);
  });

  test("serves shorter signatures while it is too short for a longer one", async () => {
    const { keys, asked, answer, first } = await withKey(HOUR);
    const longer = keys(2 * DAY);
    expect(keys(MINUTE)).toBe(first);
    answer();
    await longer;
    expect(asked.map(({ to }) => to)).toEqual([7 * HOUR, 2 * DAY + 6 * HOUR]);
  });

  test("of full length is renewed once an hour at most, however long the signatures", async () => {
    const { keys, asked, wait, answer, first } = await withKey(WEEK);
    wait(HOUR);
    expect(keys(WEEK)).toBe(first);
    expect(asked).toHaveLength(1);
    wait(1);
    expect(keys(WEEK)).toBe(first);
    expect(asked).toHaveLength(2);
    answer();
    await settled();
    expect(await keys(WEEK)).not.toBe(first);
    expect(asked).toHaveLength(2);
  });

  test("a thousand signatures at once make one request", async () => {
    const { keys, asked, answer } = createStage();
    const wanted = Array.from({ length: 1000 }, async () => keys(HOUR));
    answer();
    expect(new Set(await Promise.all(wanted)).size).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test("a longer wish during a request makes one of its own, and the longer key stays", async () => {
    const { keys, asked, answer, ends } = createStage();
    const [short, long] = [keys(HOUR), keys(2 * DAY)];
    void keys(2 * DAY);
    expect(asked).toHaveLength(2);
    answer();
    answer();
    expect([ends(await short), ends(await long)]).toEqual([7 * HOUR, 2 * DAY + 6 * HOUR]);
    expect(keys(HOUR)).toBe(await long);
    expect(asked).toHaveLength(2);
  });

  test("a failed request rejects all who wait, and for a second all who come", async () => {
    const { keys, asked, answer, wait } = createStage();
    const place = { provider: "azure", operation: "sign" };
    const refused = new StorageError("credentials", "no", place);
    const wanted = [keys(HOUR), keys(HOUR)];
    answer(refused);
    for (const key of wanted) await expect(key).rejects.toBe(refused);
    expect(() => keys(HOUR)).toThrow(refused);
    expect(asked).toHaveLength(1);
    wait(1);
    const again = keys(HOUR);
    answer();
    await again;
    expect(asked).toHaveLength(2);
  });

  test("a failed renewal leaves the key in use to its end, not longer, and is tried again", async () => {
    const { keys, asked, wait, answer, first } = await withKey(HOUR);
    wait(7 * HOUR - 2);
    const served = keys(HOUR);
    answer(new Error("unreachable"));
    expect(await served).toBe(first);
    expect(keys(HOUR)).toBe(first);
    expect(asked).toHaveLength(2);
    wait(1);
    const again = keys(HOUR);
    wait(1);
    answer(new Error("unreachable"));
    await expect(again).rejects.toThrow("unreachable");
    wait(2);
    const recovered = keys(HOUR);
    answer();
    expect(await recovered).not.toBe(first);
  });

  test("a request that does not come back is given up after two minutes: its host may have been frozen", async () => {
    const { keys, asked, wait, answer, ends } = createStage();
    const frozen = keys(HOUR);
    wait(2 * MINUTE + 1);
    const second = keys(HOUR);
    expect(asked).toHaveLength(2);
    answer(new Error("frozen"));
    answer();
    await expect(frozen).rejects.toThrow("frozen");
    expect(ends(await second)).toBe(7 * HOUR);
  });
});
