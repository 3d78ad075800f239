import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { propertyRuns } from "../support/property-runs.ts";
import { bodyOf } from "./body-of.ts";
import { diskUsage } from "./disk-usage.ts";
import { keyOf } from "./keys.ts";
import { createClock, openStore, temporaryFolder } from "./stage.ts";

const LIMIT = 50 * 1024 * 1024;

/** Fills the folder in a process of its own; kills it after so many entries, if they are given. */
async function fill(folder: string, seed: number, megabytes: number, entries = Number.NaN) {
  const script = join(import.meta.dirname, "writer.ts");
  const args = [script, folder, String(LIMIT), String(seed), String(megabytes)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let kept = 0;
  child.stdout.on("data", (dots: Buffer) => {
    kept += 4 * dots.length;
    if (kept >= entries) child.kill("SIGKILL");
  });
  const [code, signal]: [number | null, string | null] = (await once(child, "exit")) as never;
  return signal ?? code;
}

async function inspect(folder: string): Promise<number> {
  const store = openStore(folder, LIMIT, createClock(Date.now()));
  await store.scanned;
  const { entries, size } = await store.stats();
  expect(size).toBeLessThanOrEqual(LIMIT);
  expect(diskUsage(folder)).toBeLessThanOrEqual(LIMIT);
  let found = 0;
  for (let index = 0; index < 1200; index += 1) {
    const name = `picture-${index}`;
    const entry = await store.open(keyOf(name));
    if (entry === undefined) continue;
    found += 1;
    const right = bodyOf(name, entry.header.etag).equals(await entry.bytes());
    expect(right, `${name} ${entry.header.etag}`).toBe(true);
  }
  expect(found).toBe(entries);
  await store.close();
  return found;
}

test("a process killed while it writes leaves no wrong byte, and what it had finished", async () => {
  const folder = temporaryFolder();
  let found = 0;
  for (let round = 0; round < propertyRuns(3, 60); round += 1) {
    expect(await fill(folder, round, 10_000, 4 + ((round * 37) % 200))).toBe("SIGKILL");
    found = await inspect(folder);
  }
  expect(found).toBeGreaterThan(0);
}, 120_000);

test("50 MB filled with much more stays within 50 MB, block by block", async () => {
  const folder = temporaryFolder();
  expect(await fill(folder, 1, propertyRuns(80, 500))).toBe(0);
  const found = await inspect(folder);
  expect(found).toBeGreaterThan(80);
}, 120_000);
