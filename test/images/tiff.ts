type Samples =
  | Uint8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** One page: its numbers pixel by pixel, the bands of each together. */
export interface Page {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly samples: Samples;
}

const SHORT = 3;
const LONG = 4;

/**
 * A TIFF with exactly these numbers in it, uncompressed: encoders convert to 8 bits or to a colour space.
 *
 * @see https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
 */
export function toTiff(...pages: readonly Page[]): Buffer {
  const chunks: Buffer[] = [];
  let length = 8;
  const put = (chunk: Buffer): number => {
    const at = length;
    chunks.push(chunk, Buffer.alloc(chunk.length % 2));
    length += chunk.length + (chunk.length % 2);
    return at;
  };
  const head = Buffer.from("II*\0\0\0\0\0");
  let link = { buffer: head, at: 4 };
  for (const page of pages) {
    const directory = toDirectory(page, put);
    link.buffer.writeUInt32LE(put(directory), link.at);
    link = { buffer: directory, at: directory.length - 4 };
  }
  return Buffer.concat([head, ...chunks]);
}

function toDirectory({ width, height, bands, samples }: Page, put: (chunk: Buffer) => number) {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const shorts = (count: number, value: number) => {
    const list = Buffer.alloc(2 * count);
    for (let index = 0; index < count; index += 1) list.writeUInt16LE(value, 2 * index);
    return count <= 2 ? Buffer.concat([list, Buffer.alloc(4 - list.length)]) : long(put(list));
  };
  const extra = bands > 3 ? bands - 3 : bands === 2 ? 1 : 0;
  const tags: readonly (readonly [number, number, number, Buffer])[] = [
    [256, LONG, 1, long(width)],
    [257, LONG, 1, long(height)],
    [258, SHORT, bands, shorts(bands, samples.BYTES_PER_ELEMENT * 8)],
    [259, SHORT, 1, shorts(1, 1)],
    [262, SHORT, 1, shorts(1, bands >= 3 ? 2 : 1)],
    [273, LONG, 1, long(put(data))],
    [277, SHORT, 1, shorts(1, bands)],
    [278, LONG, 1, long(height)],
    [279, LONG, 1, long(data.length)],
    [284, SHORT, 1, shorts(1, 1)],
    ...(extra > 0 ? [[338, SHORT, extra, shorts(extra, 0)] as const] : []),
    [339, SHORT, bands, shorts(bands, formatOf(samples))],
  ];
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length, 0);
  for (const [index, [tag, type, count, value]] of tags.entries()) {
    const at = 2 + 12 * index;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(count, at + 4);
    value.copy(directory, at + 8);
  }
  return directory;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Unsigned, signed, floating point. */
function formatOf(samples: Samples): number {
  if (samples instanceof Float32Array || samples instanceof Float64Array) return 3;
  return samples instanceof Int16Array || samples instanceof Int32Array ? 2 : 1;
}
