import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";

/** How a TIFF writes its numbers: their byte order, and whether offsets have 64 bits (BigTIFF). */
export interface Dialect {
  readonly littleEndian: boolean;
  readonly big: boolean;
}

/** One field, its value byte for byte as it lies in the file. */
export interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Uint8Array;
}

/** What describes one page: TIFF's image file directory. */
export interface Directory {
  readonly fields: readonly Field[];
  /** Where the next one lies; 0: this is the last. */
  readonly next: number;
}

/** So many bytes of the file from an offset; throws where it has fewer. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** Bytes of one value, by type: BYTE and ASCII, SHORT, LONG, RATIONAL, the signed ones, floats, and BigTIFF's. */
const SIZES = "0112481124848000888";

/** Fields and bytes of one field beyond which a directory describes no picture. */
const MAX_FIELDS = 4096;
const MAX_VALUE = 16 * 2 ** 20;

/** Lengths of what a directory is made of; `word` is that of an offset and of a count of values. */
export function lengthsOf({ big }: Dialect) {
  return big
    ? { word: 8, count: 8, field: 20, header: 16 }
    : { word: 4, count: 2, field: 12, header: 8 };
}

/** A number of the dialect's own width for offsets. */
export function readWord(bytes: DataView, at: number, { littleEndian, big }: Dialect): number {
  return big ? Number(bytes.getBigUint64(at, littleEndian)) : bytes.getUint32(at, littleEndian);
}

/**
 * @param wanted tags; the values of other fields are not read.
 * @throws PictureError `damaged_picture`; what `read` throws.
 * @see https://www.awaresystems.be/imaging/tiff/bigtiff.html
 */
export async function readDirectory(
  read: ReadBytes,
  dialect: Dialect,
  offset: number,
  wanted: ReadonlySet<number>,
): Promise<Directory> {
  const lengths = lengthsOf(dialect);
  const start = toView(await read(offset, lengths.count));
  const count = dialect.big
    ? readWord(start, 0, dialect)
    : start.getUint16(0, dialect.littleEndian);
  if (count > MAX_FIELDS) throw damaged(`a directory of ${count} fields`);
  const table = toView(await read(offset + lengths.count, count * lengths.field + lengths.word));
  const fields: Field[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = index * lengths.field;
    if (wanted.has(table.getUint16(at, dialect.littleEndian))) {
      fields.push(await readField(read, dialect, table, at));
    }
  }
  return { fields, next: readWord(table, count * lengths.field, dialect) };
}

async function readField(
  read: ReadBytes,
  dialect: Dialect,
  table: DataView,
  at: number,
): Promise<Field> {
  const { word } = lengthsOf(dialect);
  const tag = table.getUint16(at, dialect.littleEndian);
  const type = table.getUint16(at + 2, dialect.littleEndian);
  const count = readWord(table, at + 4, dialect);
  const size = Number(SIZES[type] ?? 0);
  const length = size * count;
  if (size === 0 || length > MAX_VALUE) throw damaged(`the field ${tag}`);
  const place = at + 4 + word;
  const value =
    length <= word
      ? new Uint8Array(table.buffer, table.byteOffset + place, length)
      : await read(readWord(table, place, dialect), length);
  // Not as a part of the block that it came in, all of which would stay in memory with it.
  return { tag, type, count, value: value.slice() };
}

/** @param what cannot be. */
export function damaged(what: string): PictureError {
  return new PictureError("damaged_picture", `the TIFF cannot be read: ${what}`);
}

export function toView({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
