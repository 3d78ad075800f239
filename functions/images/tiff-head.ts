import type { PictureSource } from "@remote-storage/core/pictures/pictures.ts";
import {
  damaged,
  type Dialect,
  type Field,
  lengthsOf,
  readDirectory,
  readWord,
  toView,
} from "./tiff-directory.ts";

/** Bytes read at once, so that a directory and its values come together. */
const BLOCK = 64 * 1024;

/** Pages, and bytes of their directories, beyond which a file is not followed. */
const MAX_PAGES = 10_000;
const MAX_HELD = 64 * 2 ** 20;

/** What says what a page is. Left out: metadata of cameras, colour profiles, descriptions, sub-images. */
const TAGS = new Set([
  254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 296,
  // Predictor, colour map, tiles, extra samples, sample format, JPEG tables, YCbCr.
  317, 320, 322, 323, 324, 325, 332, 338, 339, 347, 529, 530, 531, 532,
]);

/**
 * A TIFF with the same directories and without a pixel, for which only the directories are read, wherever they lie in
 * the file: of 4 GB a few blocks. A decoder can tell from it all that it could tell of the file's pages.
 *
 * @throws PictureError `damaged_picture`; what `bytes` throws.
 */
export async function readTiffHead(source: PictureSource): Promise<Uint8Array> {
  const read = createReader(source);
  const dialect = toDialect(await read(0, 4));
  const { header, word } = lengthsOf(dialect);
  const first = toView(await read(header - word, word));
  const pages: (readonly Field[])[] = [];
  const seen = new Set<number>();
  let held = 0;
  for (let offset = readWord(first, 0, dialect); offset !== 0;) {
    if (seen.has(offset) || seen.size === MAX_PAGES) throw damaged("its pages do not end");
    seen.add(offset);
    const { fields, next } = await readDirectory(read, dialect, offset, TAGS);
    held += sum(fields.map(({ value }) => value.byteLength));
    if (held > MAX_HELD) throw damaged("its directories are too large");
    pages.push(fields);
    offset = next;
  }
  return encode(dialect, pages);
}

function toDialect(magic: Uint8Array): Dialect {
  const littleEndian = magic[0] === 0x49;
  return { littleEndian, big: toView(magic).getUint16(2, littleEndian) === 43 };
}

/** Reads through the block that was read last. */
function createReader(source: PictureSource) {
  const { size } = source;
  let start = 0;
  let block: Uint8Array = new Uint8Array();
  return async (offset: number, length: number): Promise<Uint8Array> => {
    if (offset + length > size) throw damaged("it ends before a directory");
    if (offset < start || offset + length > start + block.byteLength) {
      start = offset;
      block = await source.bytes({
        start,
        end: Math.min(size, offset + Math.max(BLOCK, length)) - 1,
      });
    }
    return block.subarray(offset - start, offset - start + length);
  };
}

/** Each page: its directory, then the values that do not fit into it. */
function encode(dialect: Dialect, pages: readonly (readonly Field[])[]): Uint8Array {
  const { header, word, count: countLength, field: fieldLength } = lengthsOf(dialect);
  const { littleEndian, big } = dialect;
  const lengthOf = (fields: readonly Field[]) =>
    countLength + fields.length * fieldLength + word + sum(fields.map(outside));
  const outside = ({ value }: Field) => (value.byteLength <= word ? 0 : even(value.byteLength));
  const file = new Uint8Array(header + sum(pages.map((fields) => even(lengthOf(fields)))));
  const view = toView(file);
  const putWord = (at: number, value: number) =>
    big
      ? view.setBigUint64(at, BigInt(value), littleEndian)
      : view.setUint32(at, value, littleEndian);

  file.set(littleEndian ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, big ? 43 : 42, littleEndian);
  if (big) view.setUint16(4, word, littleEndian);
  putWord(header - word, pages.length === 0 ? 0 : header);
  let at = header;
  for (const [index, fields] of pages.entries()) {
    if (big) putWord(at, fields.length);
    else view.setUint16(at, fields.length, littleEndian);
    let spare = at + countLength + fields.length * fieldLength + word;
    let place = at + countLength;
    for (const { tag, type, count, value } of fields) {
      view.setUint16(place, tag, littleEndian);
      view.setUint16(place + 2, type, littleEndian);
      putWord(place + 4, count);
      if (value.byteLength <= word) file.set(value, place + 4 + word);
      else {
        putWord(place + 4 + word, spare);
        file.set(value, spare);
        spare += even(value.byteLength);
      }
      place += fieldLength;
    }
    at += even(lengthOf(fields));
    putWord(place, index + 1 === pages.length ? 0 : at);
  }
  return file;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Directories and values begin at even offsets. */
function even(length: number): number {
  return length + (length % 2);
}
