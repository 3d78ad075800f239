import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createIgnore } from "../../../functions/local/jupyter/ignore.ts";
import { ownFolders } from "../../../functions/local/jupyter/own-folders.ts";
import { type Machine, openWorld } from "./machine.ts";

let world: ReturnType<typeof openWorld>;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

/** Links to a file that lies elsewhere, and to its folder; answers with the file. */
function linkOutside({ root }: Machine): string {
  const outside = join(world.folder, "outside");
  const file = join(outside, "file");
  mkdirSync(outside);
  writeFileSync(file, "old");
  symlinkSync(outside, join(root, "folder"));
  symlinkSync(file, join(root, "link"));
  return file;
}

describe("ignored are", () => {
  const ignore = createIgnore(["*.parquet", "scratch/", "data/*/raw"], ["own/data"]);
  test.each([
    ".ipynb_checkpoints/a-checkpoint.ipynb",
    "deep/.git/config",
    ".env",
    "a.ipynb~",
    "~$table.xlsx",
    "#a.py#",
    "src/__pycache__/a.pyc",
    "deep/a.parquet",
    "scratch/a/b",
    "data/x/raw/a",
    "own/data/storage/a",
  ])("%s", (path) => {
    expect(ignore(path)).toBe(true);
  });

  test.each(["a.ipynb", "deep/scratch/a", "data/raw", "own/database", "a.b~c", "x#y#"])(
    "not %s",
    (path) => {
      expect(ignore(path)).toBe(false);
    },
  );
});

test("what is ignored is neither sent nor fetched", async () => {
  await world.store("a.tmp", "remote");
  const machine = await world.start("a", { ignore: ["*.tmp"] });
  machine.write("b.tmp", "local");
  machine.write(".hidden", "local");
  await machine.fetch();
  await machine.settle();
  expect(machine.files()).toEqual({ "b.tmp": "local" });
  expect(await world.stored()).toEqual({ "a.tmp": "remote" });
});

test("symbolic links, sockets and what lies behind them are passed over", async () => {
  const machine = await world.start("a");
  linkOutside(machine);
  const socket = createServer().listen(join(machine.root, "socket"));
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  machine.write("plain", "1");
  await machine.settle();
  expect(await world.stored()).toEqual({ plain: "1" });
});

test("an object is not fetched through a symbolic link", async () => {
  const machine = await world.start("a");
  const file = linkOutside(machine);
  await world.store("folder/file", "new");
  await world.store("link", "new");
  const { troubles } = await machine.fetch();
  expect(troubles.map(({ path }) => path).toSorted()).toEqual(["folder/file", "link"]);
  expect(readFileSync(file, "utf8")).toBe("old");
});

test("keys that no file can have are told, and keep nothing else back", async () => {
  for (const key of ["a//b", "../up", "x/./y", "fine"]) await world.store(key, "1");
  const machine = await world.start("a");
  const { troubles } = await machine.fetch();
  const paths = troubles.map(({ path }) => path);
  expect(paths.toSorted()).toEqual(["jupyter/../up", "jupyter/a//b", "jupyter/x/./y"]);
  expect(machine.files()).toEqual({ fine: "1" });
});

test("an object and a folder of one name do not fit in one folder: one of them is told", async () => {
  await world.store("a", "object");
  await world.store("a/b", "below");
  const machine = await world.start("a");
  expect((await machine.fetch()).troubles).toHaveLength(1);
  expect(Object.keys(machine.files())).toHaveLength(1);
  await machine.settle();
  expect(Object.keys(await world.stored())).toEqual(["a", "a/b"]);
});

test("when nothing is to be sent, the folder takes and the storage stays", async () => {
  await world.store("a", "1");
  await world.store("b", "2");
  const machine = await world.start("a", { sends: false });
  await machine.fetch();
  machine.write("a", "mine");
  machine.remove("b");
  await world.store("a", "1b");
  await machine.fetch();
  await machine.fetch();
  expect(Object.values(machine.files()).toSorted()).toEqual(["1b", "2", "mine"]);
  expect(await world.stored()).toEqual({ a: "1b", b: "2" });
});

describe("the service's own files", () => {
  test("are left out where they lie in the folder", () => {
    expect(ownFolders("/home/anna", "/home/anna/my data")).toEqual(["my data"]);
    expect(ownFolders("/home/anna", "/srv/data")).toEqual([]);
    expect(ownFolders("/srv/data/notebooks", "/srv/data")).toEqual([]);
  });

  test.each(["/srv/data", "/srv/data/storage", "/srv/data/storage/x-private", "/srv/data/cache"])(
    "are no notebook folder: %s",
    (root) => {
      expect(() => ownFolders(root, "/srv/data")).toThrow("choose another folder with --dir");
    },
  );
});
