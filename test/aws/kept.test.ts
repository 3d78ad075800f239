import { expect, test, vi } from "vitest";
import { keep } from "../../functions/aws/kept.ts";

const LIFE = 1000;

function clock() {
  let time = 0;
  return { now: () => new Date(time), pass: (milliseconds: number) => (time += milliseconds) };
}

test("one load serves all who wait, and who comes within its life", async () => {
  const { now, pass } = clock();
  const load = vi.fn<(before?: object) => Promise<object>>(() => Promise.resolve({}));
  const kept = keep(load, LIFE, now, () => undefined);
  const [first, second] = await Promise.all([kept(), kept()]);
  expect(first).toBe(second);
  pass(LIFE - 1);
  await kept();
  expect(load).toHaveBeenCalledTimes(1);
  pass(1);
  await kept();
  expect(load).toHaveBeenCalledTimes(2);
  expect(load).toHaveBeenLastCalledWith(first);
});

test("a first load that fails is told to all, and tried again", async () => {
  const load = vi.fn<() => Promise<string>>(() => Promise.resolve("value"));
  load.mockRejectedValueOnce(new Error("not yet"));
  const kept = keep(load, LIFE, clock().now, () => undefined);
  await expect(kept()).rejects.toThrow("not yet");
  await expect(kept()).resolves.toBe("value");
});

test("a later one that fails is told once, and the old value stays", async () => {
  const { now, pass } = clock();
  const failed = vi.fn<(error: unknown) => void>();
  const load = vi.fn<() => Promise<string>>(() => Promise.resolve("old"));
  const kept = keep(load, LIFE, now, failed);
  await kept();
  load.mockRejectedValueOnce(new Error("gone"));
  pass(LIFE);
  expect([await kept(), await kept()]).toEqual(["old", "old"]);
  expect(failed).toHaveBeenCalledTimes(1);
  load.mockResolvedValueOnce("new");
  pass(LIFE);
  expect(await kept()).toBe("new");
});
