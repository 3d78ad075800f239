import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";
import type { Sharp } from "sharp";
import { decoding } from "./failure.ts";
import type { PictureFile } from "./picture-file.ts";

type Numbers = Uint8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array;

/** A picture as the numbers that are in its file, pixel by pixel, the bands of each together. */
export interface Samples {
  readonly numbers: Numbers;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  /** When the last band is transparency: its value for what hides all. */
  readonly opaque?: number;
}

/** libvips' spaces that hold plain numbers: to take them as they are, the result stays in the same one. */
const NUMERIC = ["b-w", "grey16", "rgb16", "scrgb", "srgb"] as const;

/** What is added to signed 16-bit numbers on their way through sharp, which casts them to unsigned. */
const SHIFT = 32_768;

const OPAQUE: Readonly<Record<string, number>> = {
  uchar: 2 ** 8 - 1,
  ushort: 2 ** 16 - 1,
  uint: 2 ** 32 - 1,
  int: 2 ** 31 - 1,
};

/**
 * Whether a picture may be resized before its numbers are taken: libvips multiplies by what it takes for
 * transparency, and takes a fourth or fifth band for that.
 */
export function resizable({ metadata: { channels } }: PictureFile): boolean {
  return channels === 1 || channels === 3;
}

/**
 * @param pixels how many the pipeline leaves.
 * @throws PictureError `too_many_pixels` when more numbers than the limit would be in memory,
 *   `unsupported_picture` for complex and 64-bit ones.
 */
export async function readSamples(
  file: PictureFile,
  pixels: number,
  pipeline: Sharp,
): Promise<Samples> {
  const { channels, depth, space, hasAlpha } = file.metadata;
  if (pixels * channels > file.limits.maxSamples) {
    throw new PictureError(
      "too_many_pixels",
      "the picture has too many values to be windowed or taken apart",
    );
  }
  const target = NUMERIC.find((name) => name === space) ?? "srgb";
  const shifted = depth === "short" ? pipeline.linear(1, SHIFT) : pipeline;
  const kept = target === "srgb" ? "uchar" : depth === "short" ? "ushort" : depth;
  const { data, info } = await decoding(
    shifted.toColourspace(target).raw({ depth: kept }).toBuffer({ resolveWithObject: true }),
  );
  const numbers = toNumbers(kept, data);
  if (numbers === undefined) {
    throw new PictureError("unsupported_picture", `values of type ${depth} are not decoded`);
  }
  return {
    numbers: depth === "short" ? Int16Array.from(numbers, (value) => value - SHIFT) : numbers,
    width: info.width,
    height: info.height,
    bands: info.channels,
    // With five bands and more the last is data: only the file's author knows what it means.
    ...(hasAlpha && info.channels <= 4 && { opaque: OPAQUE[kept] ?? 1 }),
  };
}

/** A view where the bytes lie so that it can be one, else a copy. */
function toNumbers(depth: string, data: Buffer): Numbers | undefined {
  const at = data.byteOffset % 4 === 0 ? data : Buffer.from(data);
  const { buffer, byteOffset, byteLength } = at;
  switch (depth) {
    case "uchar":
      return new Uint8Array(buffer, byteOffset, byteLength);
    case "ushort":
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    case "uint":
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
    case "int":
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case "float":
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    default:
      return undefined;
  }
}
