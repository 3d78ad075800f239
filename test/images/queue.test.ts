import { describe, expect, test, vi } from "vitest";
import { createQueue } from "../../functions/images/queue.ts";
import { limits, refusal } from "./pictures.ts";

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let started = false;
  return {
    run: () => {
      started = true;
      return promise;
    },
    end: resolve,
    get started() {
      return started;
    },
  };
}

describe("the queue of pictures", () => {
  test("runs as many as it may, the others in their turn", async () => {
    const queue = createQueue({ ...limits, concurrency: 2, maxWaiting: 10 });
    const works = [work(), work(), work(), work()];
    const done = works.map(({ run }) => queue(run));
    await Promise.resolve();
    expect(works.map(({ started }) => started)).toEqual([true, true, false, false]);
    works[1]?.end();
    await vi.waitFor(() => expect(works[2]?.started).toBe(true));
    expect(works[3]?.started).toBe(false);
    for (const { end } of works) end();
    await Promise.all(done);
    expect(works.every(({ started }) => started)).toBe(true);
  });

  test("says that it is full, and works on once it is not", async () => {
    const queue = createQueue({ ...limits, concurrency: 1, maxWaiting: 1 });
    const works = [work(), work()];
    const done = works.map(({ run }) => queue(run));
    expect(await refusal(queue(() => Promise.resolve()))).toBe("too_busy");
    for (const { end } of works) end();
    await Promise.all(done);
    await queue(() => Promise.resolve());
  });

  test("lets nobody wait for ever", async () => {
    const queue = createQueue({ ...limits, concurrency: 1, maxWait: 1 });
    const first = work();
    const done = queue(first.run);
    expect(await refusal(queue(() => Promise.resolve()))).toBe("too_busy");
    first.end();
    await done;
    await queue(() => Promise.resolve());
  });

  test("a failure makes room too", async () => {
    const queue = createQueue({ ...limits, concurrency: 1 });
    await expect(queue(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await queue(() => Promise.resolve(1))).toBe(1);
  });
});
