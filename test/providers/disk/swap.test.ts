import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { CONTEXT, configFor, temporaryFolder } from "./service.ts";
import { treeOf } from "./tree.ts";

/**
 * Puts by turns a real folder and a link to the outside at the same path, as fast as it can; where a
 * write has made the folder anew in between, it is taken away.
 */
const SWAPPER = `
  const { renameSync, rmSync, symlinkSync } = require("node:fs");
  const { inside, outside, state } = require("node:worker_threads").workerData;
  const move = (from, to) => {
    for (;;) {
      try {
        renameSync(inside + from, inside + to);
        return;
      } catch {
        try { rmSync(inside + to, { recursive: true, force: true }); } catch {}
      }
    }
  };
  symlinkSync(outside, inside + "/link");
  while (Atomics.load(state, 0) === 0) {
    move("/folder", "/aside");
    move("/link", "/folder");
    move("/folder", "/link");
    move("/aside", "/folder");
    Atomics.add(state, 1, 1);
  }
`;

/** To be refused is as good as to be let through: either way nothing came from outside. */
function refused(error: unknown): undefined {
  if (!(error instanceof StorageError)) throw error;
  return undefined;
}

test("a folder swapped for a link at any moment leads nowhere outside", async () => {
  const root = temporaryFolder();
  const outside = join(root, "outside");
  const inside = join(root, "data/storage/x-private");
  mkdirSync(join(inside, "folder"), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(inside, "folder/f"), "inside");
  writeFileSync(join(outside, "f"), "outside");
  const before = treeOf(outside);

  /** Whether to stop, and how many turns were made. */
  const state = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(SWAPPER, { eval: true, workerData: { inside, outside, state } });
  try {
    const bucket = openDisk(configFor(join(root, "data")), CONTEXT).bucket("x-private");
    const seen = new Set<string | undefined>();
    // At least so many turns of the swap, whichever of the two threads is the faster.
    for (let turn = 0; turn < 300 || Atomics.load(state, 1) < 300; turn++) {
      const read = await bucket.read(parseKey("folder/f")).catch(refused);
      seen.add(read?.state === "full" ? await readAll(read.body) : undefined);
      await bucket.stat(parseKey("folder/f")).catch(refused);
      await bucket.list({ prefix: "folder/" });
      if (turn % 10 === 0) {
        await bucket.write(parseKey(`folder/new-${turn}`), new Uint8Array(1)).catch(refused);
        await bucket.remove(parseKey(`folder/new-${turn}`)).catch(refused);
      }
    }
    expect(seen).not.toContain("outside");
    expect(seen).toContain("inside");
    expect(treeOf(outside)).toEqual(before);
  } finally {
    Atomics.store(state, 0, 1);
    await new Promise((resolve) => worker.once("exit", resolve));
    rmSync(root, { recursive: true, force: true });
  }
});
