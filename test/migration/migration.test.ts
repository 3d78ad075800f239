import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { JournalBusyError } from "../../functions/migration/journal-error.ts";
import { openFolderSource } from "../../functions/migration/folder/source.ts";
import { openDisk } from "../../functions/providers/disk/provider.ts";
import { hostile } from "../providers/conformance/keys.ts";
import { configFor, CONTEXT } from "../providers/disk/service.ts";
import { noise, openStage, targetTree, temporary, treeOf } from "./stage.ts";

const key = (text: string) => parseKey(text);

test("a folder arrives whole, and a second run sends nothing", async () => {
  const stage = await openStage();
  for (let i = 0; i < 50; i++) stage.put(`d${i % 5}/${i}.jpg`, noise(i * 100));
  const first = await stage.run();
  expect(first.summary.counts.copied.objects).toBe(50);
  expect(first.outcomes.get("d1/1.jpg")).toMatchObject({ proof: "crc32", sent: 100 });
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
  expect((await stage.bucket.stat(key("d1/1.jpg"))).type).toBe("image/jpeg");
  const second = await stage.run();
  expect(second.summary).toMatchObject({ sent: 0, counts: { equal: { objects: 50 } } });
});

test("names that are known to be spoiled arrive as they are", async () => {
  const stage = await openStage();
  const dataPath = temporary();
  const bucket = openDisk(configFor(dataPath), CONTEXT).bucket("b");
  const keys = Object.values(hostile);
  for (const name of keys) await bucket.write(key(name), Buffer.from(name), { type: "text/x-own" });
  const source = openFolderSource({ path: join(dataPath, "storage", "b"), now: CONTEXT.now });
  const { summary } = await stage.run({ source });
  expect(summary.counts.copied.objects).toBe(keys.length);
  for (const name of keys) {
    expect(await stage.bucket.stat(key(name))).toMatchObject({
      size: Buffer.byteLength(name),
      type: "text/x-own",
    });
  }
});

test("without a journal equal objects are found equal, and another object is left as it is", async () => {
  const stage = await openStage();
  stage.put("same", "one");
  stage.put("other", "two");
  stage.put("longer", "three");
  for (const [name, text] of Object.entries({ same: "one", other: "TWO", longer: "threeee" })) {
    await stage.bucket.write(key(name), Buffer.from(text));
  }
  const { summary, outcomes } = await stage.run();
  expect(outcomes.get("same")).toMatchObject({ state: "equal", proof: "crc32", sent: 0 });
  expect(outcomes.get("other")?.error?.message).toContain("it has other bytes");
  expect(outcomes.get("longer")?.error?.message).toContain("7 bytes instead of 5");
  expect(summary.counts.conflict.objects).toBe(2);
  const again = await stage.run({ overwrite: true });
  expect(again.summary.counts).toMatchObject({
    copied: { objects: 2 },
    "done-before": { objects: 1 },
  });
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("a source that changed since an earlier part of the run is told, also at the same size and time", async () => {
  const stage = await openStage();
  stage.put("file", "one");
  symlinkSync("nowhere", join(stage.folder, "link"));
  const time = new Date(1_700_000_000_000);
  utimesSync(join(stage.folder, "file"), time, time);
  // The link keeps the run from being complete, so the next one goes on with it.
  expect((await stage.run()).summary.counts["left-out"].objects).toBe(1);
  writeFileSync(join(stage.folder, "file"), "two");
  utimesSync(join(stage.folder, "file"), time, time);
  const second = await stage.run();
  expect(second.outcomes.get("file")).toMatchObject({ state: "changed", sent: 0 });
  const third = await stage.run();
  expect(third.outcomes.get("file")).toMatchObject({ state: "copied", sent: 3 });
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("a new version is copied by a later run over what an earlier one wrote, and over nothing else", async () => {
  const stage = await openStage();
  stage.put("ours", "one");
  stage.put("theirs", "one");
  await stage.run();
  stage.put("ours", "two");
  stage.put("theirs", "two");
  await stage.bucket.write(key("theirs"), Buffer.from("by somebody else"));
  const { outcomes } = await stage.run();
  expect(outcomes.get("ours")?.state).toBe("copied");
  expect(outcomes.get("theirs")?.state).toBe("conflict");
});

test("what is gone from the target is copied again, whatever the journal says", async () => {
  const stage = await openStage();
  stage.put("a", "a");
  stage.put("b", "b");
  await stage.run();
  await stage.bucket.remove(key("a"));
  const { outcomes } = await stage.run();
  expect(outcomes.get("a")?.state).toBe("copied");
  expect(outcomes.get("b")?.state).toBe("equal");
});

test("a dry run says what would be done and does nothing", async () => {
  const stage = await openStage();
  for (const name of ["new", "equal", "other"]) stage.put(name, name);
  await stage.bucket.write(key("equal"), Buffer.from("equal"));
  await stage.bucket.write(key("other"), Buffer.from("OTHER"));
  const before = targetTree(stage);
  const { outcomes } = await stage.run({ dryRun: true, overwrite: true });
  expect(Object.fromEntries([...outcomes].map(([name, { state }]) => [name, state]))).toEqual({
    equal: "equal",
    new: "would-copy",
    other: "would-replace",
  });
  expect(targetTree(stage)).toEqual(before);
});

test("filters pass over keys, which are no part of the migration", async () => {
  const stage = await openStage();
  for (const name of ["a", "b", "c"]) stage.put(name, name);
  const { summary } = await stage.run({ wanted: (name) => name !== "b" });
  expect(summary).toMatchObject({ excluded: 1, counts: { copied: { objects: 2 } } });
  expect(Object.keys(targetTree(stage))).toEqual(["a", "c"]);
});

test("a run that is stopped says so, keeps what it did, and the next one does the rest", async () => {
  const stage = await openStage();
  for (let i = 0; i < 200; i++) stage.put(String(i).padStart(3, "0"), noise(10));
  const stop = new AbortController();
  let seen = 0;
  const { summary } = await stage.run(
    {},
    {
      signal: stop.signal,
      onOutcome: () => {
        seen += 1;
        if (seen === 20) stop.abort(new Error("SIGINT"));
      },
    },
  );
  expect(summary.stopped).toEqual({ by: "signal" });
  const done = Object.keys(stage.entries()).length;
  expect(done).toBeGreaterThanOrEqual(20);
  expect(done).toBeLessThan(200);
  const second = await stage.run();
  expect(second.summary.counts["done-before"].objects).toBe(done);
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("a target that is not there ends the run", async () => {
  const stage = await openStage();
  stage.put("a", "a");
  rmSync(join(stage.service.dataPath, "storage"), { recursive: true, force: true });
  writeFileSync(join(stage.service.dataPath, "storage"), "in the way");
  const { summary } = await stage.run();
  expect(summary.stopped).toMatchObject({ by: "target" });
});

test("a file that may not be read is told, and stops nothing else", async () => {
  const stage = await openStage();
  stage.put("a", "a");
  stage.put("b", "b");
  const { source } = stage;
  const { outcomes } = await stage.run({
    source: {
      ...source,
      read: (object, slice, options) => {
        if (object.key === "a") throw new Error("EACCES: permission denied");
        return source.read(object, slice, options);
      },
    },
  });
  expect(outcomes.get("a")).toMatchObject({
    state: "failed",
    error: { kind: "source-unreadable" },
  });
  expect(outcomes.get("b")?.state).toBe("copied");
});

test("two runs on one journal: the second says so", async () => {
  const stage = await openStage();
  stage.put("a", "a");
  let second: unknown;
  await stage.run(
    {},
    {
      onOutcome: () => {
        second = stage.run().catch((error: unknown) => error);
      },
    },
  );
  expect(await second).toBeInstanceOf(JournalBusyError);
});

test("a folder in the source that becomes empty is none: stores have no folders", async () => {
  const stage = await openStage();
  mkdirSync(join(stage.folder, "empty"));
  const { summary } = await stage.run();
  expect(summary.counts.copied.objects).toBe(0);
});
