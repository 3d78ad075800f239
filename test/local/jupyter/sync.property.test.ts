import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { propertyRuns } from "../../support/property-runs.ts";
import { openWorld } from "./machine.ts";

/** What becomes of a call to the store: its reply is lost after it has happened, or it never happens. */
type Fate = "works" | "lost reply" | "away";

const NAMES = ["first", "second"] as const;
const PATHS = ["note.ipynb", "folder/data.csv", "folder/more/x"];

const anyStep = fc.record({
  name: fc.constantFrom(...NAMES),
  act: fc.constantFrom("edit", "edit", "remove", "send", "send", "fetch"),
  path: fc.constantFrom(...PATHS),
  fates: fc.array(fc.constantFrom<Fate>("works", "works", "lost reply", "away"), { maxLength: 4 }),
});

/** The bucket, its next calls with these fates. */
function faulty(bucket: Bucket, fates: readonly Fate[]): Bucket {
  const left = [...fates];
  async function meet<T>(call: () => Promise<T>): Promise<T> {
    const fate = left.shift() ?? "works";
    const place = { provider: "http", operation: "test" };
    if (fate === "away") throw new StorageError("unavailable", "the storage is away", place);
    const result = await call();
    if (fate === "lost reply") throw new StorageError("timeout", "the reply was lost", place);
    return result;
  }
  return {
    ...bucket,
    list: (...args) => meet(() => bucket.list(...args)),
    stat: (...args) => meet(() => bucket.stat(...args)),
    write: (...args) => meet(() => bucket.write(...args)),
    remove: (...args) => meet(() => bucket.remove(...args)),
  };
}

test("edits on two machines outlive restarts, a store that comes and goes, and lost replies", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 14 }), async (steps) => {
      const world = openWorld();
      try {
        const wanted = new Set<string>();
        let edits = 0;
        for (const { name, act, path, fates } of steps) {
          const bucket = faulty(world.bucket, fates);
          // A new process each time: nothing but the folder tells what was before.
          const machine = await world.start(name, { bucket, mostRemovals: 100 });
          const before = machine.files()[path];
          if (act === "edit" || (act === "remove" && before !== undefined)) {
            if (before !== undefined) wanted.delete(before);
            if (act === "remove") machine.remove(path);
            else machine.write(path, `edit ${++edits} of ${name}`);
            if (act === "edit") wanted.add(`edit ${edits} of ${name}`);
          } else if (act === "fetch") {
            await machine.fetch().catch(notUnexpected);
          } else {
            await machine.send(true);
          }
        }
        for (let round = 0; round < 4; round++) {
          for (const name of NAMES) {
            const machine = await world.start(name, { mostRemovals: 100 });
            expect(await machine.fetch()).toMatchObject({ troubles: [] });
            expect(await machine.send(true)).toMatchObject({ troubles: [] });
          }
        }
        const stored = await world.stored();
        for (const name of NAMES) {
          expect((await world.start(name)).files()).toEqual(stored);
        }
        expect(Object.values(stored)).toEqual(expect.arrayContaining([...wanted]));
      } finally {
        world.close();
      }
    }),
    { numRuns: propertyRuns(25, 2_000) },
  );
}, 180_000);

function notUnexpected(error: unknown): void {
  if (!(error instanceof StorageError)) throw error;
}
