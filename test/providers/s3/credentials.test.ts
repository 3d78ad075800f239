import { describe, expect, test } from "vitest";
import {
  type Credentials,
  renewedCredentials,
} from "../../../functions/providers/s3/credentials.ts";

const MINUTE = 60_000;

/** A clock that the test sets, and keys numbered by how often they were asked for. */
function setting(lifeMinutes: number | undefined) {
  const state = { time: 0, loads: 0, fails: false };
  const load = async (): Promise<Credentials> => {
    state.loads += 1;
    if (state.fails) throw new Error("the source is down");
    const keys = { accessKeyId: `key ${state.loads}`, secretAccessKey: "secret" };
    return lifeMinutes === undefined
      ? keys
      : { ...keys, expiresAt: new Date(state.time + lifeMinutes * MINUTE) };
  };
  return { state, source: renewedCredentials(load, () => new Date(state.time)) };
}

describe("temporary credentials", () => {
  test("are loaded when first asked for, once for all who ask", async () => {
    const { state, source } = setting(60);
    expect(state.loads).toBe(0);
    const all = await Promise.all(Array.from({ length: 10 }, async () => source.current()));
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(["key 1"]));
    expect(state.loads).toBe(1);
  });

  test("are answered at once, and as the same object, while they are good", async () => {
    const { state, source } = setting(60);
    const first = await source.current();
    state.time = 54 * MINUTE;
    expect(source.current()).toBe(first);
  });

  test("are renewed five minutes before their end", async () => {
    const { state, source } = setting(60);
    await source.current();
    state.time = 55 * MINUTE;
    expect((await source.current()).accessKeyId).toBe("key 2");
  });

  test("of a short life are renewed at its half", async () => {
    const { state, source } = setting(4);
    await source.current();
    state.time = MINUTE;
    expect(source.current()).not.toBeInstanceOf(Promise);
    state.time = 2 * MINUTE;
    expect((await source.current()).accessKeyId).toBe("key 2");
  });

  test("that do not end are loaded once", async () => {
    const { state, source } = setting(undefined);
    await source.current();
    state.time = 1e12;
    expect(source.current()).not.toBeInstanceOf(Promise);
    expect(state.loads).toBe(1);
  });

  test("serve to their end when renewing fails, and the source is not hammered", async () => {
    const { state, source } = setting(60);
    await source.current();
    [state.time, state.fails] = [56 * MINUTE, true];
    expect((await source.current()).accessKeyId).toBe("key 1");
    expect(source.current()).not.toBeInstanceOf(Promise);
    expect(state.loads).toBe(2);
    state.time = 60 * MINUTE;
    await expect(async () => source.current()).rejects.toThrow("the source is down");
    state.fails = false;
    expect((await source.current()).accessKeyId).toBe("key 4");
  });

  test("that cannot be loaded fail, and are tried again", async () => {
    const { state, source } = setting(60);
    state.fails = true;
    await expect(async () => source.current()).rejects.toThrow("the source is down");
    state.fails = false;
    expect((await source.current()).accessKeyId).toBe("key 2");
  });
});
