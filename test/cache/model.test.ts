import * as fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LostEntryError } from "../../functions/cache/cache-store.ts";
import type { DiskStore } from "../../functions/cache/disk/disk-store.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { diskUsage } from "./disk-usage.ts";
import { headerOf, keyOf, LIFE } from "./keys.ts";
import { createClock, openStore, pattern, type Clock } from "./stage.ts";

const KIB = 1024;
const LIMIT = 256 * KIB;

interface Written {
  readonly etag: string;
  readonly body: Buffer;
  readonly expires: number;
}

/** What may be found: every version that was ever put under a name since it was last purged. */
interface Model {
  readonly versions: Map<string, Written[]>;
}

interface Real {
  store: DiskStore;
  readonly folder: string;
  readonly clock: Clock;
  count: number;
}

type Command = fc.AsyncCommand<Model, Real>;

const names = fc.constantFrom("a", "b", "c/1", "c/2", "d", "e");

/** A body in chunks; with `breaks` its source fails before the end. */
function put(name: string, size: number, breaks: boolean, awaited: boolean): Command {
  return {
    check: () => true,
    toString: () =>
      `put(${name}, ${size}${breaks ? ", breaks" : ""}${awaited ? "" : ", unawaited"})`,
    async run(model, real) {
      real.count += 1;
      const etag = `"${real.count}"`;
      const body = pattern(`${name}-${real.count}`, size);
      const { clock } = real;
      const header = headerOf(keyOf(name), size, clock, { etag });
      async function* chunks() {
        for (let at = 0; at < size; at += 7000) {
          if (breaks && at > size / 2) throw new Error("the source broke");
          yield body.subarray(at, at + 7000);
        }
        if (breaks) throw new Error("the source broke");
      }
      const written = { etag, body, expires: header.expires };
      model.versions.set(name, [...(model.versions.get(name) ?? []), written]);
      await real.store.put(header, ReadableStream.from(chunks()));
      if (awaited) await real.store.settled();
    },
  };
}

function read(name: string, readers: number): Command {
  return {
    check: () => true,
    toString: () => `read(${name} by ${readers})`,
    async run(model, real) {
      await Promise.all(Array.from({ length: readers }, () => readOnce(name, model, real)));
    },
  };
}

async function readOnce(name: string, model: Model, { store, clock }: Real): Promise<void> {
  const entry = await store.open(keyOf(name));
  if (entry === undefined) return;
  const { etag } = entry.header;
  const version = model.versions.get(name)?.find((each) => each.etag === etag);
  expect(version, `${name} has a version ${etag} that was purged or never put`).toBeDefined();
  expect(version!.expires).toBeGreaterThan(clock.at);
  const start = Math.min(17, version!.body.length - 1);
  const range = { start, end: version!.body.length - 1 };
  try {
    const bytes = Buffer.from(await entry.bytes(version!.body.length > 0 ? range : undefined));
    expect(bytes.equals(version!.body.subarray(Math.max(0, start)))).toBe(true);
  } catch (error) {
    const broke = error instanceof Error && error.message === "the source broke";
    if (!broke && !(error instanceof LostEntryError)) throw error;
  }
}

const reopen: Command = {
  check: () => true,
  toString: () => "crash and start again",
  async run(_model, real) {
    // The old process is left as it is: what it still does, it does to files that are no longer its own.
    real.store = openStore(real.folder, LIMIT, real.clock);
  },
};

function wait(milliseconds: number): Command {
  return {
    check: () => true,
    toString: () => `clock ${milliseconds > 0 ? "+" : ""}${milliseconds}`,
    async run(_model, { clock }) {
      clock.at += milliseconds;
    },
  };
}

function purge(prefix: string): Command {
  return {
    check: () => true,
    toString: () => `purge(${prefix}*)`,
    async run(model, { store }) {
      await store.purge({ provider: "s3", bucket: "bucket", prefix });
      for (const name of model.versions.keys()) {
        if (name.startsWith(prefix)) model.versions.delete(name);
      }
    },
  };
}

const settle: Command = {
  check: () => true,
  toString: () => "settle",
  async run(_model, { store, folder }) {
    await store.scanned;
    await store.settled();
    expect((await store.stats()).size).toBeLessThanOrEqual(LIMIT);
    expect(diskUsage(folder)).toBeLessThanOrEqual(LIMIT);
  },
};

const sizes = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(0, 1, 60_000, 150_000));

const commands = fc.commands(
  [
    fc.tuple(names, sizes, fc.boolean(), fc.boolean()).map(([name, size, breaks, awaited]) => {
      return put(name, size, breaks && size % 3 === 0, awaited);
    }),
    fc.tuple(names, fc.integer({ min: 1, max: 4 })).map(([name, readers]) => read(name, readers)),
    fc.constant(settle),
    fc.constant(reopen),
    fc.constantFrom(1, 60_000, LIFE / 2, LIFE, -LIFE / 2).map(wait),
    fc.constantFrom("a", "c/", "").map(purge),
  ],
  { maxCommands: 40 },
);

test("random histories with crashes, clock jumps and concurrent readers: never a wrong byte, never beyond the size", async () => {
  const checked = fc.assert(
    fc.asyncProperty(commands, async (history) => {
      const folder = mkdtempSync(join(tmpdir(), "cache-model-"));
      const clock = createClock();
      const real: Real = { store: openStore(folder, LIMIT, clock), folder, clock, count: 0 };
      try {
        await fc.asyncModelRun(() => ({ model: { versions: new Map() }, real }), history);
        await real.store.close();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: propertyRuns(60, 3000) },
  );
  await expect(checked).resolves.toBeUndefined();
}, 120_000);
