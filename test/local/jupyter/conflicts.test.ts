import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Machine, openWorld } from "./machine.ts";

const COPY = /^note \(from storage \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d, [0-9a-f]{8}\)\.ipynb$/;

const killed = () => Promise.reject(new Error("killed"));

let world: ReturnType<typeof openWorld>;
let machines: { readonly first: Machine; readonly second: Machine };

/** Two machines that have the same notebook. */
beforeEach(async () => {
  world = openWorld();
  const first = await world.start("first", { mostRemovals: 100 });
  first.write("note.ipynb", "0");
  await first.settle();
  const second = await world.start("second", { mostRemovals: 100 });
  await second.fetch();
  machines = { first, second };
});
afterEach(() => world.close());

describe("a file that both have edited", () => {
  test("keeps its name where it is edited, and the other version beside it", async () => {
    const { first, second } = machines;
    first.write("note.ipynb", "mine");
    second.write("note.ipynb", "theirs");
    await first.settle();
    const { deeds } = await second.settle();
    const copy = deeds[0]?.copy ?? "";
    expect(copy).toMatch(COPY);
    expect(second.files()).toEqual({ "note.ipynb": "theirs", [copy]: "mine" });
    await second.settle();
    expect(await world.stored()).toEqual(second.files());
    await first.fetch();
    expect(first.files()).toEqual(second.files());
  });

  test("is compared at the start too", async () => {
    const { first, second } = machines;
    first.write("note.ipynb", "mine");
    await first.settle();
    second.write("note.ipynb", "theirs");
    await second.fetch();
    await second.settle();
    expect(Object.values(await world.stored()).toSorted()).toEqual(["mine", "theirs"]);
  });

  test("is no conflict when both have written the same", async () => {
    const { first, second } = machines;
    for (const machine of [first, second]) machine.write("note.ipynb", "the same");
    await first.settle();
    await second.settle();
    expect(second.files()).toEqual({ "note.ipynb": "the same" });
    expect((await second.settle()).deeds).toEqual([]);
  });

  test("has one copy however often the copying breaks off", async () => {
    const { first, second } = machines;
    first.write("note.ipynb", "mine");
    await first.settle();
    second.write("note.ipynb", "theirs");
    for (let count = 0; count < 3; count++) {
      const machine = await world.start("second", { bucket: { ...world.bucket, write: killed } });
      await machine.fetch();
      machine.remove(".remote-storage/jupyter-sync.json");
    }
    expect(Object.values(second.files()).toSorted()).toEqual(["mine", "theirs"]);
  });
});

describe("a file that one edited and the other removed", () => {
  test("stays when the edit comes first", async () => {
    const { first, second } = machines;
    first.write("note.ipynb", "edited");
    second.remove("note.ipynb");
    await first.settle();
    await second.settle();
    expect(second.files()).toEqual({ "note.ipynb": "edited" });
    expect(await world.stored()).toEqual({ "note.ipynb": "edited" });
  });

  test("stays when the removal comes first", async () => {
    const { first, second } = machines;
    first.remove("note.ipynb");
    await first.settle();
    expect(await world.stored()).toEqual({});
    second.write("note.ipynb", "edited");
    await second.settle();
    expect(await world.stored()).toEqual({ "note.ipynb": "edited" });
  });
});

test("a file that the other removed goes here too, at the next start", async () => {
  const { first, second } = machines;
  first.remove("note.ipynb");
  await first.settle();
  await second.settle();
  expect(await world.stored()).toEqual({});
  await second.fetch();
  expect(second.files()).toEqual({});
});

test("a file made on both with the same name is kept twice", async () => {
  const { first, second } = machines;
  first.write("new.txt", "mine");
  second.write("new.txt", "theirs");
  await first.settle();
  await second.settle();
  await second.settle();
  expect(Object.values(await world.stored()).toSorted()).toEqual(["0", "mine", "theirs"]);
});

test("a reply that was lost after the store had written is no conflict", async () => {
  const { first } = machines;
  first.write("note.ipynb", "1");
  const place = { provider: "http", operation: "write" };
  const losing = await world.start("first", {
    bucket: {
      ...world.bucket,
      async write(...args) {
        await world.bucket.write(...args);
        throw new StorageError("unavailable", "the reply was lost", place);
      },
    },
  });
  expect((await losing.settle()).troubles).toMatchObject([{ path: "note.ipynb" }]);
  const again = await world.start("first");
  expect((await again.settle()).deeds).toEqual([{ kind: "reconcile", path: "note.ipynb" }]);
  expect(again.files()).toEqual({ "note.ipynb": "1" });
});

test("a file that is saved while its object is fetched is not written over", async () => {
  const { first, second } = machines;
  first.write("note.ipynb", "from the storage");
  await first.settle();
  const slow = await world.start("second", {
    bucket: {
      ...world.bucket,
      async read(...args) {
        second.write("note.ipynb", "saved meanwhile");
        return world.bucket.read(...args);
      },
    },
  });
  await slow.fetch();
  expect(second.files()).toEqual({ "note.ipynb": "saved meanwhile" });
});
