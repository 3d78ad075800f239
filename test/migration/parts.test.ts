import { rmSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import type { Target } from "../../functions/migration/target.ts";
import { noise, openStage, type Run, type Stage, targetTree, treeOf } from "./stage.ts";

const KIB = 1024;
const sizes = { wholeUpTo: 100 * KIB, part: 64 * KIB };
/** Four parts. */
const LARGE = noise(200 * KIB + 17);

/** Calls back after each part that has arrived. */
function counting(target: Target, onPart: (count: number) => void): Target {
  let count = 0;
  return {
    ...target,
    multipart: {
      ...target.multipart,
      put: async (...part) => {
        const sent = await target.multipart.put(...part);
        count += 1;
        // After it is in the journal.
        setImmediate(onPart, count);
        return sent;
      },
    },
  };
}

/** Ends a run when so many parts have arrived. */
function stopAfter(stage: Stage, parts: number): Promise<Run> {
  const stop = new AbortController();
  const target = counting(stage.target, (count) => {
    if (count === parts) stop.abort(new Error("killed"));
  });
  return stage.run({ sizes, concurrency: 1, target }, { signal: stop.signal });
}

test("a large object arrives whole, with the sum of all its bytes", async () => {
  const stage = await openStage();
  stage.put("large", LARGE);
  const { outcomes } = await stage.run({ sizes });
  expect(outcomes.get("large")).toMatchObject({
    state: "copied",
    sent: LARGE.byteLength,
    crc32: crc32(LARGE).toString(16).padStart(8, "0"),
    proof: "crc32",
  });
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("what was sent of it before is not sent again", async () => {
  const stage = await openStage();
  stage.put("large", LARGE);
  const first = await stopAfter(stage, 2);
  expect(first.summary.stopped).toEqual({ by: "signal" });
  const second = await stage.run({ sizes });
  expect(second.outcomes.get("large")?.state).toBe("copied");
  expect(second.summary.sent).toBeLessThanOrEqual(LARGE.byteLength - 2 * sizes.part);
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("parts of two versions are never joined", async () => {
  const stage = await openStage();
  stage.put("large", LARGE);
  await stopAfter(stage, 1);
  stage.put("large", noise(LARGE.byteLength));
  const second = await stage.run({ sizes });
  expect(second.outcomes.get("large")).toMatchObject({ state: "changed", sent: 0 });
  expect(targetTree(stage)).toEqual({});
  const third = await stage.run({ sizes });
  expect(third.outcomes.get("large")?.state).toBe("copied");
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("a file that changes while its parts are sent is no object", async () => {
  const stage = await openStage();
  stage.put("large", LARGE);
  const target = counting(stage.target, (count) => {
    if (count === 1) stage.put("large", noise(LARGE.byteLength));
  });
  const { outcomes } = await stage.run({ sizes, target, concurrency: 1 });
  expect(outcomes.get("large")?.state).toBe("changed");
  expect(targetTree(stage)).toEqual({});
});

test("an upload that the store has forgotten is begun anew", async () => {
  const stage = await openStage();
  stage.put("large", LARGE);
  await stopAfter(stage, 1);
  const uploads = join(stage.service.dataPath, ".remote-storage", "uploads");
  rmSync(uploads, { recursive: true });
  const { outcomes } = await stage.run({ sizes });
  expect(outcomes.get("large")).toMatchObject({ state: "copied", sent: LARGE.byteLength });
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});
