import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWorld } from "./machine.ts";

let world: ReturnType<typeof openWorld>;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

describe("one machine", () => {
  test("sends what is new, edited and removed, once it is at rest", async () => {
    const machine = await world.start("a", { mostRemovals: 100 });
    machine.write("deep/er/plot.ipynb", "1");
    machine.write("ü b+c%.txt", "2");
    machine.write("empty", "");
    expect((await machine.send()).deeds).toEqual([]);
    await machine.send();
    expect(await world.stored()).toEqual(machine.files());
    machine.write("deep/er/plot.ipynb", "1b");
    machine.remove("empty");
    await machine.settle();
    expect(await world.stored()).toEqual({ "deep/er/plot.ipynb": "1b", "ü b+c%.txt": "2" });
    expect((await machine.send()).deeds).toEqual([]);
  });

  test("does not read a file whose size is the same for unchanged", async () => {
    const machine = await world.start("a");
    machine.write("a", "old");
    await machine.settle();
    machine.write("a", "new");
    await machine.settle();
    expect(await world.stored()).toEqual({ a: "new" });
  });

  test("sends nothing when a file is only touched or saved anew as it was", async () => {
    const machine = await world.start("a");
    machine.write("a", "same");
    await machine.settle();
    machine.write("a.new", "same");
    renameSync(join(machine.root, "a.new"), join(machine.root, "a"));
    expect((await machine.settle()).deeds).toEqual([]);
  });

  test("takes at rest what it is told is at rest", async () => {
    const machine = await world.start("a");
    machine.write("a", "1");
    await machine.send(true);
    expect(await world.stored()).toEqual({ a: "1" });
  });

  test("leaves a file that changes while it is sent to the next round", async () => {
    let disturb = true;
    const machine = await world.start("a", {
      bucket: {
        ...world.bucket,
        async write(key, body, options) {
          if (disturb) machine.write("a", "rewritten");
          return world.bucket.write(key, body, options);
        },
      },
    });
    machine.write("a", "written");
    expect(await machine.settle()).toMatchObject({ deeds: [], troubles: [] });
    expect(await world.stored()).toEqual({});
    expect((await machine.send(true)).troubles).toMatchObject([{ path: "a" }]);
    disturb = false;
    await machine.settle();
    expect(await world.stored()).toEqual({ a: "rewritten" });
  });

  test("tells the type of what it sends", async () => {
    const machine = await world.start("a");
    machine.write("plot.svg", "<svg/>");
    await machine.settle();
    const { objects } = await world.bucket.list();
    const [{ key } = { key: undefined }] = objects;
    expect(key && (await world.bucket.stat(key)).type).toBe("image/svg+xml");
  });

  test("lets go of what the storage lost and here is gone", async () => {
    const machine = await world.start("a", { mostRemovals: 100 });
    machine.write("a", "1");
    await machine.settle();
    await world.unstore("a");
    machine.remove("a");
    const { troubles } = await machine.settle();
    expect([troubles, await machine.unsent()]).toEqual([[], []]);
  });

  test("names what is not sent yet", async () => {
    const machine = await world.start("a");
    machine.write("a", "1");
    await machine.settle();
    machine.write("a", "2");
    machine.write("b", "3");
    expect(await machine.unsent()).toEqual(["a", "b"]);
  });
});

describe("a machine that is lost", () => {
  test("leaves its notebooks to the next one", async () => {
    const first = await world.start("a");
    first.write("notes/plot.ipynb", "1");
    await first.settle();
    first.remove(".");
    const second = await world.start("b");
    await second.fetch();
    expect(second.files()).toEqual({ "notes/plot.ipynb": "1" });
    expect((await second.settle()).deeds).toEqual([]);
  });

  test("and whose folder is empty again gets them back, and removes nothing", async () => {
    const first = await world.start("a");
    first.write("plot.ipynb", "1");
    await first.settle();
    first.remove(".");
    const again = await world.start("a");
    await again.fetch();
    expect(again.files()).toEqual({ "plot.ipynb": "1" });
    expect(await world.stored()).toEqual({ "plot.ipynb": "1" });
  });
});

describe("what is known from before", () => {
  test("spares comparing and fetching at the next start", async () => {
    const first = await world.start("a");
    first.write("a", "1");
    await first.settle();
    const again = await world.start("a");
    expect((await again.fetch()).deeds).toEqual([]);
    expect((await again.settle()).deeds).toEqual([]);
  });

  test("is nothing when it is damaged, and nothing is lost", async () => {
    const first = await world.start("a");
    first.write("a", "1");
    await first.settle();
    first.write(".remote-storage/jupyter-sync.json", "{");
    const again = await world.start("a");
    expect(again.note).toContain("is damaged");
    expect((await again.fetch()).deeds).toEqual([{ kind: "reconcile", path: "a" }]);
    expect(await world.stored()).toEqual(again.files());
  });

  test("is nothing in another place: nothing is removed there", async () => {
    const first = await world.start("a");
    first.write("a", "1");
    await first.settle();
    await world.unstore("a");
    const moved = await world.start("a", { place: "elsewhere" });
    expect(moved.note).toContain("another place");
    await moved.fetch();
    await moved.settle();
    expect(await world.stored()).toEqual({ a: "1" });
  });

  test("does not hold half of an object that was being fetched", async () => {
    const machine = await world.start("a");
    machine.write(".remote-storage/left.part", "half");
    await world.start("a");
    expect(() => machine.read(".remote-storage/left.part")).toThrow("ENOENT");
  });
});
