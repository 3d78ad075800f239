import { once } from "node:events";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { openPlace, type Place } from "../local/command.ts";
import { treeOf } from "./stage.ts";

const ENV = { STORAGE_BUCKET_PREFIX: "demo" };
const TO = ["--from", "source", "--to", "fs://demo-private/in/"];

async function openSource(files: Record<string, string>) {
  const place = await openPlace();
  for (const [key, content] of Object.entries(files)) {
    const path = join(place.folder, "source", key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return {
    ...place,
    migrate: (args: readonly string[]) => place.run(["migrate", ...args], { env: ENV }),
  };
}

const source = (place: Place) => treeOf(join(place.folder, "source"));
const target = (place: Place) => treeOf(join(place.folder, "data/storage/demo-private/in"));

function rows(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a folder is copied, compared and reported; again there is nothing to do", async () => {
  const place = await openSource({ "a.jpg": "one", "deep/b": "two", empty: "" });
  const first = await place.migrate([...TO, "--verify", "--report", "report.csv", "--json"]);
  expect(first).toMatchObject({ code: 0 });
  expect(target(place)).toEqual(source(place));
  expect(rows(first.stdout)).toContainEqual(
    expect.objectContaining({ key: "a.jpg", state: "copied", proof: "crc32", sent: 3 }),
  );
  const report = await readFile(join(place.folder, "report.csv"), "utf8");
  expect(report.trim().split("\n")).toHaveLength(4);
  const second = await place.migrate(TO);
  expect(second).toMatchObject({ code: 0, stdout: "" });
  expect(second.stderr).toContain("3 equal already; 0 bytes sent");
});

test("another object in the target and a symbolic link are told, and the code is 1", async () => {
  const place = await openSource({ a: "one" });
  await place.migrate(TO);
  await rm(join(place.folder, "data/.remote-storage/migrations"), { recursive: true });
  await writeFile(join(place.folder, "source/a"), "two");
  await symlink("/etc/passwd", join(place.folder, "source/link"));
  const { code, stderr } = await place.migrate(TO);
  expect(code).toBe(1);
  expect(stderr).toContain('conflict: "a": another object lies in the target');
  expect(stderr).toContain('left-out: "link": no regular file');
  const overwritten = await place.migrate([...TO, "--overwrite", "--exclude", "link"]);
  expect(overwritten.code).toBe(0);
});

test("a dry run lists what would be done", async () => {
  const place = await openSource({ "a.jpg": "one", "b.txt": "two" });
  const run = await place.migrate([...TO, "--dry-run", "--include", "*.jpg"]);
  expect(run).toMatchObject({ code: 0, stdout: 'would-copy "a.jpg"\n' });
  expect(run.stderr).toContain("1 would be copied, 1 excluded; 0 bytes sent");
});

test.each<[string, readonly string[], number, string]>([
  ["nothing to migrate to", [], 2, "STORAGE_PROVIDER"],
  ["one side alone", ["--from", "source"], 2, "--from and --to together"],
  ["a target that is no link", ["--from", "source", "--to", "folder"], 2, "is no link"],
  [
    "a prefix without its slash",
    ["--from", "source", "--to", "fs://demo-private/in"],
    2,
    "end it in /",
  ],
  ["an unknown scheme", ["--from", "source", "--to", "fss://demo-private/"], 2, "fs://"],
  ["nothing to resume", [...TO, "--resume"], 2, "nothing to resume"],
  ["a source that is not there", ["--from", "none", "--to", "fs://demo-private/"], 3, "no folder"],
])("%s", async (_name, args, code, message) => {
  const place = await openSource({ a: "one" });
  const run = await place.migrate(args);
  expect(run).toMatchObject({ code, stdout: "" });
  expect(run.stderr).toContain(message);
});

test("stopped by a signal it says how to go on, and goes on", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`${i}`, "x".repeat(1000)]),
  );
  const place = await openSource(files);
  // The line is as slow as to last for longer than anyone waits.
  const slow = place.start(["migrate", ...TO, "--bandwidth", "1", "--concurrency", "1"], ENV);
  const stderr = text(slow.stderr);
  const folder = join(place.folder, "data/storage/demo-private/in");
  for (let there = 0; there === 0;) {
    there = await readFile(join(folder, "0")).then(
      ({ byteLength }) => byteLength,
      () => 0,
    );
  }
  slow.kill("SIGINT");
  const [code] = (await once(slow, "close")) as [number];
  expect(code).toBe(130);
  expect(await stderr).toContain("run the same command again to go on");
  expect((await place.migrate([...TO, "--resume"])).code).toBe(0);
  expect(target(place)).toEqual(source(place));
});
