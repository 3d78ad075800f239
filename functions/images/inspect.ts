import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";
import type { PictureFacts, PictureSource } from "@remote-storage/core/pictures/pictures.ts";
import { shownBands } from "./bands.ts";
import { findExtent } from "./extent.ts";
import type { Limits } from "./limits.ts";
import { openFile, type PictureFile } from "./picture-file.ts";
import { sniff } from "./sniff.ts";
import { readTiffHead } from "./tiff-head.ts";

/** Bytes in which JPEG and PNG have said what they are, thumbnails and colour profiles included. */
const HEAD = 2 ** 20;

const DEPTHS: Readonly<Record<string, string>> = {
  uchar: "uint8",
  char: "int8",
  ushort: "uint16",
  short: "int16",
  uint: "uint32",
  int: "int32",
  float: "float32",
  double: "float64",
};

/** @throws PictureError as `openFile`, and `picture_too_large`. */
export async function inspect(
  source: PictureSource,
  values: boolean,
  limits: Limits,
): Promise<PictureFacts> {
  const readable = source.size <= limits.maxBytes;
  const head = values && readable ? undefined : await openHead(source, limits);
  const file = head ?? (await openFile(await readAll(source, limits), 0, limits));
  const { format, width, height, pages, metadata } = file;
  const { channels: bands, depth, space, hasAlpha: alpha, orientation = 1 } = metadata;
  const facts = { format, width, height, bands, depth: DEPTHS[depth] ?? depth, space, alpha };
  const extent =
    head === undefined && values
      ? await findExtent(file, { type: "minmax" }, allBands(file))
      : undefined;
  return {
    ...facts,
    pages,
    orientation,
    ...(extent !== undefined && { min: extent.low, max: extent.high }),
  };
}

function allBands(file: PictureFile): readonly number[] {
  const { channels } = file.metadata;
  return channels > 4
    ? Array.from({ length: channels }, (_, band) => band)
    : shownBands(file, undefined);
}

/** @throws PictureError `picture_too_large`. */
export async function readAll(source: PictureSource, { maxBytes }: Limits): Promise<Uint8Array> {
  if (source.size <= maxBytes) return source.bytes();
  throw new PictureError(
    "picture_too_large",
    `the object has ${source.size} bytes; pictures are made of at most ${maxBytes}`,
  );
}

/** The file by its head alone; `undefined` where that does not tell all. */
async function openHead(source: PictureSource, limits: Limits): Promise<PictureFile | undefined> {
  if (source.size <= HEAD) return undefined;
  const bytes = await source.bytes({ start: 0, end: HEAD - 1 });
  const format = sniff(bytes);
  if (format !== "jpeg" && format !== "png" && format !== "tiff") return undefined;
  try {
    // Not a pixel is decoded, so there may be any number of them.
    const unlimited = { ...limits, maxPixels: Number.MAX_SAFE_INTEGER };
    return await openFile(format === "tiff" ? await readTiffHead(source) : bytes, 0, unlimited);
  } catch (error) {
    if (error instanceof PictureError && error.code === "damaged_picture") return undefined;
    throw error;
  }
}
