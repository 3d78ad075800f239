import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attachment } from "../../../functions/core/signing/content-disposition.ts";
import { prepareHmac } from "../../../functions/core/signing/hmac-sha256.ts";
import { encodeComponent, encodePath } from "../../../functions/core/signing/uri-encode.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { filename } from "./arbitraries.ts";

/** The rule by bytes, as the specifications give it. */
function byBytes(text: string, kept: RegExp): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (kept.test(character)) return character;
    return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

describe("percent-encoding", () => {
  test("is the specifications' for any text", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" }));
    const property = fc.property(text, (value) => {
      expect(encodeComponent(value)).toBe(byBytes(value, /[A-Za-z0-9\-._~]/));
      expect(encodePath(value)).toBe(byBytes(value, /[A-Za-z0-9\-._~/]/));
    });
    fc.assert(property, { numRuns: propertyRuns(1000, 20_000) });
  });

  test("refuses lone surrogates", () => {
    expect(() => encodePath("a/\ud800")).toThrow(URIError);
  });
});

describe("Content-Disposition", () => {
  test.each([
    ["cat.jpg", 'attachment; filename="cat.jpg"'],
    ["my cat;1.jpg", 'attachment; filename="my cat;1.jpg"'],
    ['a"b\\c', `attachment; filename="a_b_c"; filename*=UTF-8''a%22b%5Cc`],
    ["größe.png", `attachment; filename="gr__e.png"; filename*=UTF-8''gr%C3%B6%C3%9Fe.png`],
    ["100%25.png", `attachment; filename="100_25.png"; filename*=UTF-8''100%2525.png`],
    ["a\r\nb: c", `attachment; filename="a__b: c"; filename*=UTF-8''a%0D%0Ab%3A%20c`],
    ["\ud800", `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
    ["", 'attachment; filename=""'],
  ])("of %j", (name, header) => {
    expect(attachment(name)).toBe(header);
  });

  test("cannot be split, and gives the name back", () => {
    const grammar =
      /^attachment; filename="([^"\\]*)"(?:; filename\*=UTF-8''([A-Za-z0-9\-._~%]+))?$/;
    const property = fc.property(filename, (name) => {
      const header = attachment(name);
      expect(header).toMatch(/^[\x20-\x7e]+$/);
      const [, quoted = "", extended] = grammar.exec(header) ?? [];
      expect(extended === undefined ? quoted : decodeURIComponent(extended)).toBe(name);
    });
    fc.assert(property, { numRuns: propertyRuns(1000, 10_000) });
  });
});

describe("prepared HMAC-SHA-256", () => {
  test("equals the platform's for any key and message, one after another", () => {
    const messages = fc.array(fc.string({ unit: "binary", maxLength: 2000 }), { maxLength: 4 });
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), messages, (key, texts) => {
      const hmac = prepareHmac(key);
      for (const text of texts) {
        const theirs = createHmac("sha256", key).update(text).digest();
        expect(hmac(text, "hex")).toBe(theirs.toString("hex"));
        expect(hmac(text, "base64")).toBe(theirs.toString("base64"));
      }
    });
    fc.assert(property, { numRuns: propertyRuns(300, 5_000) });
  });

  test("takes text as a key", () => {
    const theirs = createHmac("sha256", "clé").update("a").digest("hex");
    expect(prepareHmac("clé")("a", "hex")).toBe(theirs);
  });
});
