import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { inOrder } from "@remote-storage/core/in-order.ts";

const ignore = () => Promise.resolve();
const fail = () => Promise.reject(new Error("no"));

test("results are delivered in the items' order though later work ends first", async () => {
  const first = Promise.withResolvers<number>();
  const delivered: number[] = [];
  await inOrder(
    Readable.from([0, 1, 2]),
    3,
    (item: number) => {
      if (item === 2) first.resolve(0);
      return item === 0 ? first.promise : Promise.resolve(item);
    },
    async (result) => {
      delivered.push(result);
    },
  );
  expect(delivered).toEqual([0, 1, 2]);
});

test("a slow receiver holds the source back", async () => {
  let taken = 0;
  let delivered = 0;
  let most = 0;
  async function* source() {
    for (; taken < 50; taken += 1) yield taken;
  }
  await inOrder(
    source(),
    4,
    (item) => Promise.resolve(item),
    async () => {
      most = Math.max(most, taken - delivered);
      await new Promise(setImmediate);
      delivered += 1;
    },
  );
  expect(delivered).toBe(50);
  expect(most).toBeLessThanOrEqual(4);
});

test("the first failure ends it, of the work or of the receiver", async () => {
  await expect(inOrder(Readable.from([1, 2, 3]), 2, fail, ignore)).rejects.toThrow("no");
  await expect(inOrder(Readable.from([1, 2, 3]), 2, ignore, fail)).rejects.toThrow("no");
});
