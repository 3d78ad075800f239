import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { expect, test } from "vitest";
import { readEntry } from "../../../functions/migration/verify/read-entry.ts";
import type { Side } from "../../../functions/migration/verify/side.ts";
import { broken, bytes, memorySide } from "./memory-side.ts";

const content = bytes("0123456789");
const entry = { name: "a", size: content.length, version: "v1" };
const noWait = async () => undefined;

/** Answers each attempt with what the test says: some bytes, and perhaps an error after them. */
function stumbling(attempts: readonly { readonly length: number; readonly error?: Error }[]) {
  const starts: number[] = [];
  const read: Side["read"] = async function* read(_, start) {
    const { length, error } = attempts[starts.length] ?? { length: 0, error: broken };
    starts.push(start);
    yield content.subarray(start, start + length);
    if (error !== undefined) throw error;
  };
  return { starts, side: memorySide({ a: content }, { read }) };
}

async function readAll(side: Side): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readEntry(side, entry, { wait: noWait })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("goes on where a connection broke or a body ended early", async () => {
  const { side, starts } = stumbling([{ length: 3, error: broken }, { length: 4 }, { length: 9 }]);
  expect(await readAll(side)).toBe("0123456789");
  expect(starts).toEqual([0, 3, 7]);
});

test("gives up after four tries without a byte", async () => {
  const { side, starts } = stumbling([]);
  await expect(readAll(side)).rejects.toBe(broken);
  expect(starts).toEqual([0, 0, 0, 0]);
});

test("does not try again what would be refused again", async () => {
  const changed = new StorageError("precondition-failed", "another version", {
    provider: "memory",
    operation: "read",
  });
  const { side, starts } = stumbling([{ length: 2, error: changed }]);
  await expect(readAll(side)).rejects.toBe(changed);
  expect(starts).toEqual([0]);
});

test("an empty object is not asked for", async () => {
  const { side, starts } = stumbling([]);
  const chunks = readEntry(side, { ...entry, size: 0 }, { wait: noWait });
  expect(await chunks.next()).toEqual({ done: true, value: undefined });
  expect(starts).toEqual([]);
});
