import { closeSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openFile, openFolder, statFile } from "../../../functions/providers/disk/confined.ts";
import { temporaryFolder } from "./service.ts";

let root: string;
beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(join(root, "a/b"), { recursive: true });
  writeFileSync(join(root, "a/b/f"), "inside");
  mkdirSync(join(root, "outside"));
  writeFileSync(join(root, "outside/f"), "outside");
  symlinkSync("../outside", join(root, "a/link"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe.each([
  { way: "through open folders", held: true },
  { way: "with checks before and after", held: false },
])("$way", ({ held }) => {
  test("a file in a folder is found, a folder and a link are not", () => {
    const folder = openFolder(root, ["a", "b"], { held });
    expect(statFile(folder, "f")?.size).toBe(6n);
    const file = openFile(folder, "f");
    expect(file?.stats.size).toBe(6n);
    closeSync(file!.fd);
    folder.close();
    const above = openFolder(root, ["a"], { held });
    for (const name of ["b", "link", "none"]) {
      expect(statFile(above, name)).toBeUndefined();
      expect(openFile(above, name)).toBeUndefined();
    }
    above.close();
  });

  test.each([[["a", "link"]], [["a", "b", "f"]], [["a", "b", "f", "x"]], [["a", "none"]]])(
    "%j is no folder",
    (names) => {
      expect(() => openFolder(root, names, { held })).toThrow(/ENOTDIR|ENOENT|not a folder/);
    },
  );

  test("missing folders are made, links in the way are not", () => {
    openFolder(root, ["a", "new", "er"], { held, create: true }).close();
    openFolder(root, ["a", "new", "er"], { held }).close();
    expect(() => openFolder(root, ["a", "link", "new"], { held, create: true })).toThrow(
      /ENOTDIR|not a folder/,
    );
    expect(() => openFolder(root, ["outside", "new"], { held })).toThrow(/ENOENT/);
  });

  test.each(["", ".", "..", "a/b", "../outside/f", "f\0"])("%j is no single name", (name) => {
    const folder = openFolder(root, ["a"], { held });
    expect(() => folder.at(name)).toThrow("not a single name");
    expect(() => openFolder(root, [name], { held })).toThrow("not a single name");
    folder.close();
  });
});

const replaceWhileOpen = (held: boolean) => {
  const folder = openFolder(root, ["a", "b"], { held });
  renameSync(join(root, "a/b"), join(root, "a/aside"));
  symlinkSync("../outside", join(root, "a/b"));
  return folder;
};

describe("a folder replaced by a link while it is open", () => {
  test("stays the folder that it was, when held", () => {
    const folder = replaceWhileOpen(true);
    expect(statFile(folder, "f")?.size).toBe(6n);
    folder.confirm();
    folder.close();
  });

  test("is noticed, when checked", () => {
    expect(() => openFile(replaceWhileOpen(false), "f")).toThrow("not a folder");
  });
});
