import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Fault, type Faulted, startFaultProxy } from "../../support/fault-proxy.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { FAULTS } from "./faults.ts";
import { byState, differences, migrate, type MigrateOptions, scratchFolder } from "./migrate.ts";
import { openAzuriteStore, openMinioStore } from "./stores.ts";

const MIB = 1024 * 1024;

let minio: Awaited<ReturnType<typeof openMinioStore>>;
let azurite: Awaited<ReturnType<typeof openAzuriteStore>>;
let buckets = 0;

beforeAll(async () => {
  [minio, azurite] = await Promise.all([openMinioStore(), openAzuriteStore()]);
});

afterAll(async () => {
  await Promise.all([minio.close(), azurite.close()]);
});

const sizes = {
  "small objects": Array.from({ length: 20 }, (_, index) => 1000 + index),
  "an object in parts": [17 * MIB + 1],
};

type Shape = keyof typeof sizes;

function sourceOf(shape: Shape): string {
  const folder = join(scratchFolder(), "source");
  mkdirSync(folder);
  for (const [index, size] of sizes[shape].entries()) {
    writeFileSync(join(folder, `object-${index}`), randomBytes(size));
  }
  return folder;
}

interface Stage {
  /** By way of the proxy. */
  readonly target: Bucket;
  /** The same without it. */
  readonly direct: Bucket;
  readonly faults: readonly string[];
}

/** A fresh bucket behind a proxy that does this to the requests. */
async function openStage(
  store: "minio" | "azurite",
  choose: (request: Faulted) => Fault | undefined,
): Promise<Stage> {
  const name = `faults-${buckets++}`;
  const direct = await (store === "minio" ? minio : azurite).bucket(name);
  const upstream = store === "minio" ? minio.server.endpoint : azurite.origin;
  const proxy = await startFaultProxy(upstream, choose);
  onTestFinished(() => proxy.close());
  const target = store === "minio" ? minio.at(proxy.url, name) : azurite.at(proxy.url, name);
  return { target, direct, faults: proxy.faults };
}

/** Strikes the first requests of a kind. */
function striking(fault: Fault, when: (request: Faulted) => boolean, times = 2) {
  let left = times;
  return (request: Faulted): Fault | undefined => {
    if (left === 0 || !when(request)) return undefined;
    left -= 1;
    return fault;
  };
}

/** The requests that a migration makes of each store. */
const requests: Readonly<
  Record<"minio" | "azurite", Readonly<Record<Shape, Readonly<Record<string, RegExp>>>>>
> = {
  minio: {
    "small objects": { "the upload": /^PUT /, "the listing": /^GET .*list-type=2/ },
    "an object in parts": {
      "the beginning": /^POST .*[?&]uploads/,
      "a part": /^PUT .*partNumber=/,
      "the end": /^POST .*uploadId=/,
    },
  },
  azurite: {
    "small objects": { "the upload": /^PUT /, "the listing": /^GET .*comp=list/ },
    "an object in parts": {
      "a part": /^PUT .*comp=block&/,
      "the end": /^PUT .*comp=blocklist/,
    },
  },
};

const grid = (["minio", "azurite"] as const).flatMap((store) =>
  (["small objects", "an object in parts"] as const).flatMap((shape) =>
    Object.entries(requests[store][shape]).flatMap(([place, pattern]) =>
      Object.entries(FAULTS).map(([name, fault]) => ({
        store,
        shape,
        place,
        pattern,
        name,
        fault,
      })),
    ),
  ),
);

/** What stores and networks do most, and what has lost data elsewhere. */
const COMMON = new Set([
  "a reset",
  "a reply lost after the store has done it",
  "503 SlowDown",
  "200 with an error in it",
]);

/** Objects in parts take seconds each: with MIGRATION_GRID=full they meet every fault everywhere. */
const cases = grid.filter(
  ({ shape, name }) =>
    process.env["MIGRATION_GRID"] === "full" || shape === "small objects" || COMMON.has(name),
);

describe("no fault that passes loses or spoils an object", () => {
  test.each(cases)("$store, $shape: $place meets $name", async (each) => {
    const { store, shape, pattern, fault } = each;
    const folder = sourceOf(shape);
    const stage = await openStage(
      store,
      striking(fault, ({ method, target }) => pattern.test(`${method} ${target}`)),
    );
    const { summary, outcomes } = await migrate(folder, stage.target);
    expect(stage.faults.length).toBeGreaterThan(0);
    expect(summary.stopped).toBeUndefined();
    expect(outcomes.flatMap(({ error }) => error ?? [])).toEqual([]);
    const { copied = [], equal = [] } = byState(outcomes);
    expect(copied.length + equal.length).toBe(sizes[shape].length);
    expect(await differences(folder, stage.direct)).toEqual([]);
  });
});

const lasting: readonly (readonly [name: string, fault: Fault, options: MigrateOptions])[] = [
  ["503 for ever", FAULTS["503 SlowDown"] ?? { kind: "reset" }, { attempts: 3 }],
  ["resets for ever", { kind: "reset" }, { attempts: 3 }],
  [
    "200 with an error for ever",
    FAULTS["200 with an error in it"] ?? { kind: "reset" },
    { attempts: 3 },
  ],
  ["a store that hangs", { kind: "hang" }, { attempts: 2, patience: 200 }],
];

describe("what does not pass is told, and a later run completes it", () => {
  test.each(lasting)("%s", async (_, fault, options) => {
    const folder = sourceOf("small objects");
    let broken = true;
    // One object in three, whatever the order of the requests.
    const stage = await openStage("minio", ({ method, target }) =>
      broken && method === "PUT" && /object-\d*[147]\?/.test(target) ? fault : undefined,
    );
    const journal = join(scratchFolder(), "journal");
    const first = await migrate(folder, stage.target, { ...options, journal });
    const { copied = [], failed = [], ...rest } = byState(first.outcomes);
    expect(rest).toEqual({});
    expect(failed.toSorted()).toEqual(
      Array.from(sizes["small objects"].keys(), (index) => `object-${index}`)
        .filter((key) => /[147]$/.test(key))
        .toSorted(),
    );
    expect(copied.length + failed.length).toBe(20);
    for (const { error } of first.outcomes.filter(({ state }) => state === "failed")) {
      expect(error?.message).toMatch(/./);
    }
    const missing = await differences(folder, stage.direct);
    expect(missing.map(({ name, outcome }) => [name, outcome])).toEqual(
      failed.toSorted().map((name) => [name, "missing"]),
    );

    broken = false;
    const second = await migrate(folder, stage.target, { journal });
    const { "done-before": before = [], copied: later = [] } = byState(second.outcomes);
    expect(before.toSorted()).toEqual(copied.toSorted());
    expect(later.toSorted()).toEqual(failed.toSorted());
    expect(await differences(folder, stage.direct)).toEqual([]);
  });
});

describe("faults at random", () => {
  const fault = fc.option(fc.constantFrom(...Object.values(FAULTS)), { freq: 3 });
  const faults = fc.array(fault, { minLength: 5, maxLength: 40 });

  test.each(["small objects", "an object in parts"] as const)("%s", async (shape) => {
    const folder = sourceOf(shape);
    await fc.assert(
      fc.asyncProperty(faults, async (planned) => {
        let broken = true;
        const stage = await openStage("minio", ({ index }) =>
          broken ? (planned[index % planned.length] ?? undefined) : undefined,
        );
        const journal = join(scratchFolder(), "journal");
        const first = await migrate(folder, stage.target, { journal, attempts: 4 });
        const { copied = [], equal = [] } = byState(first.outcomes);
        const different = await differences(folder, stage.direct);
        // What was said to be there is there.
        const wrong = new Set(different.map(({ name }) => name));
        expect([...copied, ...equal].filter((key) => wrong.has(key))).toEqual([]);
        expect(different.filter(({ outcome }) => outcome !== "missing")).toEqual([]);
        broken = false;
        await migrate(folder, stage.target, { journal });
        expect(await differences(folder, stage.direct)).toEqual([]);
      }),
      { numRuns: propertyRuns(2, 100), endOnFailure: true },
    );
  });
});
