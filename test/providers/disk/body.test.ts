import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { parseKey as key } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { CONTEXT, configFor, temporaryFolder } from "./service.ts";

let dataPath: string;
let bucket: Bucket;
const openFiles = () => readdirSync("/dev/fd").length;

beforeEach(() => {
  dataPath = temporaryFolder();
  bucket = openDisk(configFor(dataPath), CONTEXT).bucket("x-private");
});
afterEach(() => {
  rmSync(dataPath, { recursive: true, force: true });
});

describe("a body", () => {
  test("of a file that is cut short meanwhile fails, rather than end early", async () => {
    await bucket.write(key("f"), new Uint8Array(1_000_000));
    const result = await bucket.read(key("f"));
    if (result.state === "unchanged") throw new Error("not asked for");
    writeFileSync(join(dataPath, "storage/x-private/f"), "short");
    await expect(readAll(result.body)).rejects.toThrow("shorter");
  });

  test("outlives the removal of its object", async () => {
    await bucket.write(key("f"), new Uint8Array(600_000));
    const result = await bucket.read(key("f"));
    await bucket.remove(key("f"));
    expect(result.state === "full" && (await readAll(result.body)).length).toBe(600_000);
  });

  test("gives its descriptor back however it ends", async () => {
    await bucket.write(key("f"), new Uint8Array(600_000));
    const before = openFiles();
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController();
      const result = await bucket.read(key("f"), { signal: controller.signal });
      if (result.state === "unchanged") throw new Error("not asked for");
      const reader = result.body.getReader();
      const first = reader.read();
      if (i % 2 === 0) await first;
      if (i % 4 < 2) await reader.cancel();
      else controller.abort();
      await first.catch(() => undefined);
      await bucket.read(key("f"), { ifMatch: '"other"' }).catch(() => undefined);
      await bucket.read(key("f"), { range: { start: 600_000 } }).catch(() => undefined);
    }
    await expect.poll(openFiles).toBeLessThanOrEqual(before);
  });
});
