import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPlace } from "../local/command.ts";
import { noise, treeOf } from "./stage.ts";

const FILES = 400;
const ENV = { STORAGE_BUCKET_PREFIX: "demo" };
const ARGS = ["migrate", "--from", "source", "--to", "fs://demo-private/", "--json"];

test("killed again and again it loses nothing, and sends nothing twice that has arrived", async () => {
  const place = await openPlace();
  const source = join(place.folder, "source");
  const target = join(place.folder, "data/storage/demo-private");
  await mkdir(source);
  for (let i = 0; i < FILES; i++) await writeFile(join(source, `${i}`), noise(100 + i));
  const arrived = () => (existsSync(target) ? Object.keys(treeOf(target)).length : 0);

  for (const enough of [1, 60, 250]) {
    const child = place.start(ARGS, ENV);
    child.stdout.resume();
    const ended = once(child, "close");
    while (arrived() < enough) await new Promise((resolve) => void setImmediate(resolve));
    child.kill("SIGKILL");
    await ended;
  }

  const before = arrived();
  const { code, stdout } = await place.run(ARGS, { env: ENV });
  expect(code).toBe(0);
  expect(treeOf(target)).toEqual(treeOf(source));
  const states = stdout
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { state?: string }).state);
  expect(states.filter((state) => state === "copied")).toHaveLength(FILES - before);
}, 60_000);
