import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seal, unseal } from "../../../functions/core/signing/seal.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const OLD = { id: "2025", secret: "an old secret" };
const NEW = { id: "2026", secret: "a new secret" };

test("opens to what was sealed, whatever it was", () => {
  const property = fc.property(fc.jsonValue(), fc.string(), (payload, purpose) => {
    const token = seal([NEW], purpose, payload);
    expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(unseal([NEW], purpose, token)).toEqual(JSON.parse(JSON.stringify(payload)));
  });
  fc.assert(property, { numRuns: propertyRuns(300, 5_000) });
});

test("hides what it holds", () => {
  const token = seal([NEW], "upload", { key: "secret-plans.pdf" });
  expect(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("latin1")).not.toContain(
    "secret-plans",
  );
});

test("the same value is sealed differently each time", () => {
  expect(seal([NEW], "upload", 1)).not.toBe(seal([NEW], "upload", 1));
});

describe("rotation", () => {
  const token = seal([OLD], "cursor", "page 2");

  test("the first key seals", () => {
    expect(unseal([NEW], "cursor", seal([NEW, OLD], "cursor", 1))).toBe(1);
    expect(unseal([OLD], "cursor", seal([NEW, OLD], "cursor", 1))).toBeUndefined();
  });

  test("any listed key opens, until it is no longer listed", () => {
    expect(unseal([NEW, OLD], "cursor", token)).toBe("page 2");
    expect(unseal([NEW], "cursor", token)).toBeUndefined();
  });

  test("an id that was given to another secret opens nothing", () => {
    expect(unseal([{ id: OLD.id, secret: "another" }], "cursor", token)).toBeUndefined();
  });
});

test("nothing is sealed or opened without a key", () => {
  expect(() => seal([], "upload", 1)).toThrow(RangeError);
  expect(unseal([], "upload", seal([NEW], "upload", 1))).toBeUndefined();
});

test("a token of one purpose is none of another", () => {
  expect(unseal([NEW], "cursor", seal([NEW], "upload", 1))).toBeUndefined();
});

describe("a changed token does not open", () => {
  const token = seal([NEW], "upload", { bucket: "private", key: "cat.jpg", size: 1 });

  test("by any character replaced, dropped or added", () => {
    const changed = Array.from(token, (at, index) =>
      ["", "A", "B", "-", ".", "=", "%", at + at].map(
        (put) => token.slice(0, index) + put + token.slice(index + 1),
      ),
    ).flat();
    const opened = [...changed, `${token}A`, `${token}=`, `${token}.`]
      .filter((text) => text !== token)
      .map((text) => unseal([NEW, OLD], "upload", text));
    expect(new Set(opened)).toEqual(new Set([undefined]));
  });

  test("nor any other text", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.base64String().map((text) => `${token.split(".")[0] ?? ""}.${text}`),
    );
    const property = fc.property(texts, (text) => {
      expect(unseal([NEW], "upload", text)).toBeUndefined();
    });
    fc.assert(property, { numRuns: propertyRuns(500, 10_000) });
  });
});
