import { readLines, type Line } from "@remote-storage/core/http/lines.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { propertyRuns } from "../../support/property-runs.ts";

async function read(chunks: readonly Uint8Array[], maxBytes: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const group of readLines(ReadableStream.from(chunks), maxBytes)) lines.push(...group);
  return lines;
}

describe("readLines", () => {
  test("gives the same lines however the bytes are cut", async () => {
    const text = fc.array(fc.string({ unit: "grapheme" }).map((line) => line.replaceAll("\n", "")));
    const cuts = fc.array(fc.nat({ max: 200 }));
    const property = fc.asyncProperty(text, cuts, async (lines, at) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const places = [0, ...at.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
        (a, b) => a - b,
      );
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      expect(await read(chunks, 10_000)).toEqual(lines.map((line) => ({ text: line })));
    });
    await fc.assert(property, { numRuns: propertyRuns(100, 10_000) });
  });

  test("a line that is too long is told once, and does not stop the rest", async () => {
    const endless = Array.from({ length: 50 }, () => Buffer.alloc(100, "x"));
    const chunks = [Buffer.from("a\n"), ...endless, Buffer.from("\nb")];
    expect(await read(chunks, 1000)).toEqual([{ text: "a" }, { tooLong: true }, { text: "b" }]);
  });
});
