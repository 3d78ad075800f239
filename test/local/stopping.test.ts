import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { openPlace } from "./command.ts";

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends with %i, and the old file stays as it was", async (signal, expected) => {
  const { folder, start } = await openPlace();
  await writeFile(join(folder, "out.ndjson"), "old\n");
  const child = start(["resolve", "-", "--out", "out.ndjson"]);
  child.stdin.write("https://x.test/1\n");
  await partOf(folder);
  child.kill(signal);
  const [[code], stderr] = await Promise.all([once(child, "close"), text(child.stderr)]);
  expect(code).toBe(expected);
  expect(stderr).toBe("error: stopped\n");
  expect((await readdir(folder)).toSorted()).toEqual(["data", "out.ndjson"]);
  expect(await readFile(join(folder, "out.ndjson"), "utf8")).toBe("old\n");
});

test("a reader that has seen enough ends it quietly", async () => {
  const { start } = await openPlace();
  const child = start(["resolve", "-"]);
  child.stdin.on("error", () => undefined);
  child.stdin.write("https://x.test/1\n");
  await once(child.stdout, "data");
  child.stdout.destroy();
  const feed = setInterval(() => child.stdin.write("https://x.test/2\n"), 5);
  const [[code], stderr] = await Promise.all([once(child, "close"), text(child.stderr)]);
  clearInterval(feed);
  expect(code).toBe(0);
  expect(stderr).toBe("");
});

/** Waits until the file beside the destination is there: the command is at work. */
async function partOf(folder: string): Promise<void> {
  for (;;) {
    const names = await readdir(folder);
    if (names.some((name) => name.endsWith(".part"))) return;
    await new Promise(setImmediate);
  }
}
