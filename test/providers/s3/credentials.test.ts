import { describe, expect, test } from "vitest";
import {
  type Credentials,
  renewedCredentials,
} from "../../../functions/providers/s3/credentials.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 3600;

/** A clock that the test sets, and keys numbered by how often they were asked for. */
function setting(lifeMinutes: number | undefined) {
  const state = { time: 0, loads: 0, fails: false, hangs: false };
  const load = async (): Promise<Credentials> => {
    state.loads += 1;
    if (state.hangs) return new Promise(() => undefined);
    if (state.fails) throw new Error("the source is down");
    const keys = { accessKeyId: `key ${state.loads}`, secretAccessKey: "secret" };
    return lifeMinutes === undefined
      ? keys
      : { ...keys, expiresAt: new Date(state.time + lifeMinutes * MINUTE) };
  };
  const source = renewedCredentials(load, () => new Date(state.time));
  return {
    state,
    source,
    keyOf: async (seconds = 0) => (await source.current(seconds)).accessKeyId,
  };
}

/** Until what was started behind the scenes is done. */
const settled = () => new Promise((done) => setImmediate(done));

describe("temporary credentials", () => {
  test("are loaded when first asked for, once for all who ask", async () => {
    const { state, keyOf } = setting(60);
    expect(state.loads).toBe(0);
    const all = await Promise.all(Array.from({ length: 1000 }, async () => keyOf(HOUR)));
    expect(new Set(all)).toEqual(new Set(["key 1"]));
    expect(state.loads).toBe(1);
  });

  test("are answered at once, and as the same object, while they are young", async () => {
    const { state, source } = setting(60);
    const first = await source.current();
    state.time = 30 * MINUTE - 1;
    expect(source.current()).toBe(first);
    await settled();
    expect(state.loads).toBe(1);
  });

  test("are renewed behind the scenes after half of their life: nobody waits, one asks", async () => {
    const { state, source, keyOf } = setting(60);
    const first = await source.current();
    state.time = 30 * MINUTE;
    const all = Array.from({ length: 1000 }, () => source.current(10 * 60));
    expect(new Set(all)).toEqual(new Set([first]));
    await settled();
    expect(await keyOf()).toBe("key 2");
    expect(state.loads).toBe(2);
  });

  test("that a signature outlasts are renewed every five minutes at most", async () => {
    const { state, source } = setting(60);
    const first = await source.current(HOUR);
    state.time = 5 * MINUTE - 1;
    expect(source.current(HOUR)).toBe(first);
    await settled();
    expect(state.loads).toBe(1);
    state.time = 5 * MINUTE;
    expect(source.current(HOUR)).toBe(first);
    await settled();
    expect(state.loads).toBe(2);
  });

  test("past half of their life make a signature that outlasts them wait for new ones", async () => {
    const { state, source, keyOf } = setting(60);
    await keyOf(HOUR);
    state.time = 50 * MINUTE;
    expect(source.current(HOUR)).toBeInstanceOf(Promise);
    expect(await keyOf(HOUR)).toBe("key 2");
  });

  test("that do not end are looked for again every 15 minutes", async () => {
    const { state, keyOf } = setting(undefined);
    await keyOf(HOUR);
    state.time = 15 * MINUTE - 1;
    expect(await keyOf(HOUR)).toBe("key 1");
    state.time = 15 * MINUTE;
    expect(await keyOf(HOUR)).toBe("key 1");
    await settled();
    expect(await keyOf(HOUR)).toBe("key 2");
    expect(state.loads).toBe(2);
  });

  test("serve to their end when renewing fails, and never beyond", async () => {
    const { state, source, keyOf } = setting(60);
    await keyOf();
    [state.time, state.fails] = [40 * MINUTE, true];
    expect(await keyOf(HOUR)).toBe("key 1");
    state.time = 60 * MINUTE - 1;
    expect(await keyOf(HOUR)).toBe("key 1");
    state.time = 60 * MINUTE;
    await expect(async () => source.current()).rejects.toThrow("the source is down");
    state.fails = false;
    state.time += MINUTE;
    expect(await keyOf()).toBe("key 4");
  });

  test("whose renewing fails are tried again after pauses that double, up to half a minute", async () => {
    const { state, keyOf } = setting(60);
    await keyOf();
    [state.time, state.fails] = [31 * MINUTE, true];
    const tries: number[] = [];
    for (let second = 0; second < 200; second++) {
      const before = state.loads;
      expect(await keyOf(HOUR)).toBe("key 1");
      if (state.loads > before) tries.push(second);
      state.time += SECOND;
    }
    expect(tries).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121, 151, 181]);
  });

  test("that cannot be loaded fail for all who ask, who do not ask each for themselves", async () => {
    const { state, source, keyOf } = setting(60);
    state.fails = true;
    for (let index = 0; index < 100; index++) {
      await expect(async () => source.current()).rejects.toThrow("the source is down");
    }
    expect(state.loads).toBe(1);
    [state.time, state.fails] = [SECOND, false];
    expect(await keyOf()).toBe("key 2");
  });

  test("a load that does not come back is given up after a minute: its host may have been frozen", async () => {
    const { state, source, keyOf } = setting(60);
    state.hangs = true;
    const first = source.current();
    state.time = MINUTE;
    expect(state.loads).toBe(1);
    [state.time, state.hangs] = [MINUTE + 1, false];
    expect(await keyOf()).toBe("key 2");
    expect(first).toBeInstanceOf(Promise);
  });

  test("a slow load is not waited for by those who come later, while the old ones live", async () => {
    const { state, source } = setting(60);
    const first = await source.current(HOUR);
    [state.time, state.hangs] = [50 * MINUTE, true];
    expect(source.current(HOUR)).toBeInstanceOf(Promise);
    state.time += 2 * SECOND;
    expect(source.current(HOUR)).toBeInstanceOf(Promise);
    state.time += 1;
    expect(source.current(HOUR)).toBe(first);
    expect(state.loads).toBe(2);
  });

  test("that have ended when they come are no credentials", async () => {
    const { source } = setting(0);
    await expect(async () => source.current()).rejects.toMatchObject({
      kind: "credentials",
      message: expect.stringContaining("ended already"),
    });
  });
});
