import { expect, test } from "vitest";
import { within } from "../../functions/azure/within.ts";

const never = new Promise<never>(() => undefined);

test("what is not over in time is a time-out, and is told to stop", async () => {
  let stopped: AbortSignal | undefined;
  const late = within(1, undefined, (signal) => {
    stopped = signal;
    return never;
  });
  await expect(late).rejects.toMatchObject({ name: "ProblemError", code: "timeout" });
  expect(stopped?.aborted).toBe(true);
});

test("what is over in time is what it gives or throws", async () => {
  await expect(within(60_000, undefined, async () => "done")).resolves.toBe("done");
  const failing = within(60_000, undefined, () => Promise.reject(new Error("failed")));
  await expect(failing).rejects.toThrow("failed");
});

test("a client that leaves is told to whoever works for it", async () => {
  const left = new AbortController();
  const aborted = within(60_000, left.signal, async (signal) => {
    left.abort();
    return signal.aborted;
  });
  await expect(aborted).resolves.toBe(true);
});
