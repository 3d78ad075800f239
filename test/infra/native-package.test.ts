import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Packages, pick } from "../../infra/native-package.ts";

const text = readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8");
const { packages } = JSON.parse(text) as { packages: Packages };

test.each(["arm64", "x64"])("package-lock.json has sharp for %s, with hashes", (cpu) => {
  const picked = pick(packages, "sharp");
  const { version, optionalDependencies = {} } = picked["node_modules/sharp"] ?? {};
  for (const name of [`@img/sharp-linux-${cpu}`, `@img/sharp-libvips-linux-${cpu}`]) {
    expect(picked[`node_modules/${name}`]).toMatchObject({
      version: optionalDependencies[name],
      integrity: expect.stringMatching(/^sha512-/) as string,
    });
  }
  expect(picked[`node_modules/@img/sharp-linux-${cpu}`]?.version).toBe(version);
});

test("what a package needs in another version than others comes along", () => {
  const all: Packages = {
    "node_modules/a": { dependencies: { b: "2" } },
    "node_modules/a/node_modules/b": { version: "2", dependencies: { c: "1" } },
    "node_modules/b": { version: "1" },
    "node_modules/c": { version: "1" },
    "node_modules/d": { version: "1" },
  };
  expect(Object.keys(pick(all, "a"))).toEqual([
    "node_modules/a",
    "node_modules/a/node_modules/b",
    "node_modules/b",
    "node_modules/c",
  ]);
});
