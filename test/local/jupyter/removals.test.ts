import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { heldRemovals } from "../../../functions/local/jupyter/brake.ts";
import { type Machine, openWorld } from "./machine.ts";

let world: ReturnType<typeof openWorld>;
let machine: Machine;
const all = { a: "1", b: "2", c: "3", "deep/d": "4" };

beforeEach(async () => {
  world = openWorld();
  machine = await world.start("a");
  for (const [path, content] of Object.entries(all)) machine.write(path, content);
  await machine.settle();
});
afterEach(() => world.close());

describe("files that vanish", () => {
  test("are removed from the storage up to the limit", async () => {
    machine.remove("a");
    machine.remove("b");
    await machine.settle();
    expect(await world.stored()).toEqual({ c: "3", "deep/d": "4" });
  });

  test("stay in the storage beyond it, while edits are sent", async () => {
    for (const path of ["a", "b", "deep"]) machine.remove(path);
    machine.write("c", "3b");
    const { held, deeds } = await machine.settle();
    expect([held.length, deeds.map(({ path }) => path)]).toEqual([3, ["c"]]);
    expect(await world.stored()).toEqual({ ...all, c: "3b" });
    expect(await machine.unsent()).toEqual(["a", "b", "deep/d"]);
  });

  test("are fetched again at the next start", async () => {
    for (const path of ["a", "b", "deep"]) machine.remove(path);
    const again = await world.start("a");
    expect((await again.fetch()).deeds).toHaveLength(3);
    expect(again.files()).toEqual(all);
  });

  test("go at the next start when that is allowed", async () => {
    for (const path of ["a", "b", "deep"]) machine.remove(path);
    const again = await world.start("a", { mostRemovals: 100 });
    await again.fetch();
    await again.settle();
    expect(await world.stored()).toEqual({ c: "3" });
  });

  test("count as moved where they are under another name", async () => {
    mkdirSync(join(machine.root, "moved"));
    for (const path of ["a", "b", "c", "deep"]) {
      renameSync(join(machine.root, path), join(machine.root, "moved", path));
    }
    const { held } = await machine.settle();
    expect(held).toEqual([]);
    await machine.settle();
    expect(await world.stored()).toEqual(machine.files());
  });

  test("are not counted before it is over", async () => {
    machine.remove("a");
    await machine.send();
    machine.remove("b");
    await machine.send();
    machine.remove("c");
    expect((await machine.send()).deeds).toEqual([]);
    expect((await machine.send()).held).toHaveLength(3);
    expect(await world.stored()).toEqual(all);
  });

  test("leave the storage alone when it was not told of what replaces them", async () => {
    const bucket = { ...world.bucket, write: () => Promise.reject(new Error("full")) };
    const failing = await world.start("a", { bucket });
    renameSync(join(machine.root, "a"), join(machine.root, "moved"));
    expect((await failing.settle()).troubles).toHaveLength(1);
    expect(await world.stored()).toEqual(all);
  });
});

test("a file that cannot be sent keeps no other from being removed", async () => {
  const place = { provider: "http", operation: "write" };
  const denied = new StorageError("denied", "not this one", place);
  const bucket = { ...world.bucket, write: () => Promise.reject(denied) };
  const failing = await world.start("a", { bucket });
  machine.write("new", "5");
  machine.remove("a");
  expect(await failing.settle()).toMatchObject({
    troubles: [{ path: "new", error: denied }],
    deeds: [{ kind: "remove-remote", path: "a" }],
  });
});

describe("a folder that vanishes", () => {
  test("stops everything, until it is back", async () => {
    renameSync(machine.root, `${machine.root}.away`);
    await expect(machine.send(true)).rejects.toThrow("is gone");
    mkdirSync(machine.root);
    await expect(machine.send(true)).rejects.toThrow("is not what it was");
    await expect(machine.unsent()).rejects.toThrow("is gone");
    expect(await world.stored()).toEqual(all);
    rmSync(machine.root, { recursive: true });
    renameSync(`${machine.root}.away`, machine.root);
    machine.write("a", "1b");
    await machine.settle();
    expect(await world.stored()).toEqual({ ...all, a: "1b" });
  });
});

describe("objects that vanish", () => {
  test("take their files along up to the limit", async () => {
    await world.unstore("a");
    await machine.fetch();
    expect(machine.files()).toEqual({ b: "2", c: "3", "deep/d": "4" });
  });

  test("take nothing along beyond it", async () => {
    for (const path of Object.keys(all)) await world.unstore(path);
    expect((await machine.fetch()).held).toHaveLength(4);
    expect(machine.files()).toEqual(all);
  });

  test("take no file along that was edited", async () => {
    await world.unstore("a");
    machine.write("a", "1b");
    await machine.fetch();
    await machine.settle();
    expect(await world.stored()).toEqual({ ...all, a: "1b" });
  });
});

test("no removal is below a limit of nothing, and every one within the whole", () => {
  const synced = new Map([["a", { hash: "1", etag: '"1"' }]]);
  const removal = { kind: "remove-remote", path: "a", etag: '"1"' } as const;
  expect(heldRemovals([removal], new Map(), synced, 0)).toEqual([removal]);
  expect(heldRemovals([removal], new Map(), synced, 99)).toEqual([removal]);
  expect(heldRemovals([removal], new Map(), synced, 100)).toEqual([]);
  expect(heldRemovals([], new Map(), new Map(), 0)).toEqual([]);
});
