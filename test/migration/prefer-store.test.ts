import { expect, test } from "vitest";
import type { Outcome } from "../../functions/migration/outcome.ts";
import { preferStore } from "../../functions/migration/prefer-store.ts";
import type { CopyOutcome } from "../../functions/migration/store-copy/copy-outcome.ts";

const object = { key: "k", size: 1, identity: "i", modified: new Date(0) };
const through: Outcome = { key: "k", size: 1, state: "copied", sent: 1, proof: "md5" };
const byStore: CopyOutcome = { key: "k", size: 1, state: "copied", sent: 0, proof: "sha256" };
const failed = (kind: string): CopyOutcome => ({
  ...byStore,
  state: "failed",
  error: { kind, message: "no", retryable: false },
});

const run = (outcome: CopyOutcome, overwrite = false, known = {}) =>
  preferStore(
    () => Promise.resolve(outcome),
    () => Promise.resolve(through),
    { overwrite },
  )(object, known);

test("the store copies what it can", async () => {
  expect(await run(byStore)).toEqual(byStore);
  expect(await run(failed("unavailable"))).toMatchObject({ state: "failed" });
});

test("a proof that the journal does not know is not told", async () => {
  expect(await run({ ...byStore, proof: "size" })).not.toHaveProperty("proof");
});

test.each(["denied", "unsupported"])("where it is %s, the bytes go through here", async (kind) => {
  expect(await run(failed(kind))).toBe(through);
});

test("what may be replaced is replaced by a write that says so", async () => {
  expect(await run(byStore, true)).toBe(through);
  expect(await run(byStore, false, { ours: '"e"' })).toBe(through);
});
