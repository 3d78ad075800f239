import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  directPlace,
  ESCAPED_FOLDER,
  escapedPlace,
  keyAt,
} from "../../../functions/providers/disk/names.ts";

const pathOf = (place: { folders: readonly string[]; name: string }) =>
  [...place.folders, place.name].join("/");

/** Keys with everything in them that has a meaning to somebody. */
const key = fc
  .array(
    fc.oneof(
      fc.constantFrom("/", ".", "..", "%", "\0", "\\", "a", "+", "="),
      fc.string({ unit: "grapheme" }),
    ),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(""))
  .filter((text) => text !== "" && text.isWellFormed());

describe("a key's own place", () => {
  test.each([
    "a",
    "a/b/c",
    ".hidden",
    "..a",
    "a..",
    "a b",
    "%2e%2e",
    "%2F",
    "猫/😀",
    "a\\b",
    "con",
  ])("%j is its path", (text) => {
    const place = directPlace(text, "linux");
    expect(place && pathOf(place)).toBe(text);
  });

  test.each([
    "/a",
    "a/",
    "a//b",
    "/",
    ".",
    "..",
    "../a",
    "a/../b",
    "a/./b",
    "a/..",
    "a\0b",
    "x".repeat(256),
    "é".repeat(128),
    `ok/${"x".repeat(256)}/ok`,
    ESCAPED_FOLDER,
    `${ESCAPED_FOLDER}/=a`,
    `${ESCAPED_FOLDER.toUpperCase()}/a`,
  ])("%j has none", (text) => {
    expect(directPlace(text, "linux")).toBeUndefined();
  });

  test.each(["a\\b", "..\\..\\b", "C:\\b", "con", "NUL.txt", "a:b", "a.", "a ", "a\nb", "x/aux/y"])(
    "%j has none on Windows",
    (text) => {
      expect(directPlace(text, "win32")).toBeUndefined();
    },
  );

  test("255 bytes still fit", () => {
    expect(directPlace("x".repeat(255))).toBeDefined();
    expect(directPlace("é".repeat(127))).toBeDefined();
  });

  test("no segment ever means another folder", () => {
    fc.assert(
      fc.property(key, (text) => {
        const place = directPlace(text, "linux");
        fc.pre(place !== undefined);
        expect(pathOf(place)).toBe(text);
        for (const name of [...place.folders, place.name]) {
          expect(["", ".", ".."]).not.toContain(name);
          expect(name).not.toMatch(/[/\0]/);
        }
      }),
    );
  });
});

describe("an escaped place", () => {
  test("can be read and gives the key back", () => {
    expect(pathOf(escapedPlace("a//b c"))).toBe(`${ESCAPED_FOLDER}/=a%2F%2Fb%20c`);
    fc.assert(
      fc.property(key, (text) => {
        expect(keyAt(escapedPlace(text))).toBe(text);
      }),
    );
  });

  test("no two keys share one, and none is a folder on the way to another", () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        fc.pre(left !== right);
        const [a, b] = [pathOf(escapedPlace(left)), pathOf(escapedPlace(right))];
        expect(a).not.toBe(b);
        expect(`${a}/`.startsWith(`${b}/`)).toBe(false);
      }),
    );
    const long = "x".repeat(240);
    expect(pathOf(escapedPlace(`${long}y`)).startsWith(`${pathOf(escapedPlace(long))}/`)).toBe(
      false,
    );
  });

  test("every name in it fits everywhere", () => {
    for (const text of ["猫".repeat(341), "/".repeat(1024), "\0", "..", "con"]) {
      for (const name of [...escapedPlace(text).folders, escapedPlace(text).name]) {
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      }
      expect(escapedPlace(text).name).toMatch(/^=[A-Za-z0-9%_-]+$/);
    }
  });

  test.each(["=a%2fb", "=a.b", "=%zz", "=", "a", "=%FF"])("%s was not put there by us", (name) => {
    expect(keyAt({ folders: [ESCAPED_FOLDER], name })).toBeUndefined();
  });
});
