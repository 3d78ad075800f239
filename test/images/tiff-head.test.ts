import { array, assert, asyncProperty, nat, tuple } from "fast-check";
import sharp, { type TiffOptions } from "sharp";
import { describe, expect, test } from "vitest";
import { readTiffHead } from "../../functions/images/tiff-head.ts";
import { page, photo, tiff, toSource } from "./originals.ts";
import { pictures, refusal } from "./pictures.ts";
import { toTiff } from "./tiff.ts";

const encoded = (options: TiffOptions) => photo(900, 700).tiff(options).toBuffer();

describe("the head of a TIFF tells what all of it tells", () => {
  test.each([
    ["LZW", encoded({ compression: "lzw" })],
    ["JPEG in YCbCr", encoded({ compression: "jpeg" })],
    ["tiles", encoded({ tile: true, compression: "deflate" })],
    ["a pyramid", encoded({ tile: true, pyramid: true })],
    ["BigTIFF", encoded({ bigtiff: true })],
    ["a BigTIFF pyramid", encoded({ bigtiff: true, tile: true, pyramid: true })],
    ["an orientation", photo().withMetadata({ orientation: 6 }).tiff().toBuffer()],
    ["one bit", photo().toColourspace("b-w").tiff({ bitdepth: 1 }).toBuffer()],
    ["CMYK", photo().toColourspace("cmyk").tiff().toBuffer()],
    ["transparency", photo().ensureAlpha(0.5).tiff().toBuffer()],
    ["16 bits", tiff(Uint16Array, 1, (x) => x)],
    ["signed numbers", tiff(Int16Array, 1, (x) => -x)],
    ["floating point, 8 bands", tiff(Float32Array, 8, (x) => x)],
    ["pages", toTiff(...[1, 2, 3].map((by) => page(Uint8Array, 3, (x) => x / by)))],
  ])("%s", async (_, made) => {
    const bytes = await made;
    const head = await readTiffHead(toSource(bytes));
    expect(head.byteLength).toBeLessThan(5000);
    expect(await facts(head)).toEqual(await facts(bytes));
  });
});

test("of a file of 6 GB a few blocks are read, wherever its directory lies", async () => {
  const at = 5_000_000_000;
  const source = sparse(6_000_000_000, [0, bigHeader(at)], [at, bigDirectory(60_000, 50_000)]);
  const told = await pictures.inspect(source, true);
  expect(told).toMatchObject({ width: 60_000, height: 50_000, depth: "uint16", pages: 1 });
  expect(told).not.toHaveProperty("min");
  expect(source.read()).toBeLessThan(2 * 2 ** 20);
});

describe("what is no TIFF after all", () => {
  const sound = toTiff(
    page(Uint8Array, 3, (x) => x),
    page(Uint8Array, 1, (x) => x),
  );

  test("pages in a circle", async () => {
    const circle = Buffer.from(sound);
    const first = circle.readUInt32LE(4);
    circle.writeUInt32LE(first, first + 2 + 12 * circle.readUInt16LE(first));
    expect(await refusal(readTiffHead(toSource(circle)))).toBe("damaged_picture");
  });

  test("cut off before its directory", async () => {
    const cut = sound.subarray(0, sound.readUInt32LE(4) + 5);
    expect(await refusal(readTiffHead(toSource(cut)))).toBe("damaged_picture");
  });

  test("any spoilt byte gives a head or a refusal, soon", async () => {
    const small = Buffer.from(await readTiffHead(toSource(sound)));
    const spoilt = tuple(nat(small.length - 1), nat(255));
    await assert(
      asyncProperty(array(spoilt, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(small);
        for (const [index, value] of changes) bytes[index] = value;
        expect(["no refusal", "damaged_picture"]).toContain(
          await refusal(readTiffHead(toSource(bytes))),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

async function facts(bytes: Uint8Array) {
  const { width, height, space, channels, depth, pages, orientation, hasAlpha, compression } =
    await sharp(bytes, { failOn: "truncated", limitInputChannels: false }).metadata();
  return { width, height, space, channels, depth, pages, orientation, hasAlpha, compression };
}

/** A large file of which only some places are not zero. */
function sparse(size: number, ...parts: readonly (readonly [at: number, bytes: Buffer])[]) {
  let read = 0;
  return {
    size,
    read: () => read,
    bytes({ start, end } = { start: 0, end: size - 1 }) {
      const bytes = Buffer.alloc(end + 1 - start);
      read += bytes.length;
      for (const [at, part] of parts) {
        if (at >= start && at + part.length <= end + 1) part.copy(bytes, at - start);
      }
      return Promise.resolve(bytes);
    },
  };
}

function bigHeader(first: number): Buffer {
  const header = Buffer.from("MM\0+\0\x08\0\0\0\0\0\0\0\0\0\0", "latin1");
  header.writeBigUInt64BE(BigInt(first), 8);
  return header;
}

/** Of one page of 16-bit grey, in big-endian BigTIFF. */
function bigDirectory(width: number, height: number): Buffer {
  const fields: readonly (readonly [tag: number, type: 3 | 4 | 16, value: number])[] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 16],
    [259, 3, 1],
    [262, 3, 1],
    [273, 16, 16],
    [277, 3, 1],
    [278, 4, height],
    [279, 16, 2 * width * height],
    [339, 3, 1],
  ];
  const bytes = Buffer.alloc(8 + 20 * fields.length + 8);
  bytes.writeBigUInt64BE(BigInt(fields.length), 0);
  for (const [index, [tag, type, value]] of fields.entries()) {
    const at = 8 + 20 * index;
    bytes.writeUInt16BE(tag, at);
    bytes.writeUInt16BE(type, at + 2);
    bytes.writeBigUInt64BE(1n, at + 4);
    if (type === 3) bytes.writeUInt16BE(value, at + 12);
    else if (type === 4) bytes.writeUInt32BE(value, at + 12);
    else bytes.writeBigUInt64BE(BigInt(value), at + 12);
  }
  return bytes;
}
