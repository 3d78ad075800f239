import { Readable } from "node:stream";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type LineChunk,
  lineChunks,
  MAX_LINE_BYTES,
} from "../../../functions/local/commands/resolve/line-chunks.ts";

async function cut(pieces: readonly Uint8Array[]): Promise<LineChunk[]> {
  const chunks: LineChunk[] = [];
  for await (const chunk of lineChunks(Readable.from(pieces))) chunks.push(chunk);
  return chunks;
}

const lineFeeds = (bytes: Uint8Array) => bytes.filter((byte) => byte === 0x0a).length;

test("chunks are whole lines, numbered, and together they are the file, however it arrives", async () => {
  const byte = fc.oneof(fc.constant(0x0a), fc.integer({ min: 0, max: 255 }));
  const piece = fc
    .uint8Array({ maxLength: 40 })
    .chain((free) =>
      fc.array(byte, { maxLength: 40 }).map((some) => Uint8Array.from([...free, ...some])),
    );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const chunks = await cut(pieces);
      expect(Buffer.concat(chunks.map((chunk) => chunk.bytes))).toEqual(Buffer.concat(pieces));
      let line = 1;
      for (const { bytes, firstLine } of chunks) {
        expect(firstLine).toBe(line);
        expect(bytes.length).toBeGreaterThan(0);
        expect(bytes.byteOffset).toBe(0);
        line += lineFeeds(bytes);
      }
      expect(chunks.slice(0, -1).every(({ bytes }) => bytes.at(-1) === 0x0a)).toBe(true);
    }),
  );
});

test("an endless line keeps its beginning only, and the lines after it keep their numbers", async () => {
  const piece = Buffer.alloc(100_000, "x");
  const chunks = await cut([
    Buffer.from("a\n"),
    ...Array.from({ length: 20 }, () => piece),
    Buffer.from("\nb\nc"),
  ]);
  const text = Buffer.concat(chunks.map(({ bytes }) => bytes)).toString();
  expect(text).toBe(`a\n${"x".repeat(MAX_LINE_BYTES)}\nb\nc`);
  expect(chunks.map(({ firstLine }) => firstLine)).toEqual([1, 2, 4]);
});
