import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";
import sharp, { type Metadata, type Sharp, type SharpOptions } from "sharp";
import { decoding } from "./failure.ts";
import type { Limits } from "./limits.ts";
import { sniff, type Format } from "./sniff.ts";

/** Which of the pictures in a file: a page, a level of its pyramid, all frames. */
export type Part = Pick<SharpOptions, "page" | "animated" | "tiff" | "ignoreIcc">;

/** A file whose head has been read and found within the limits. */
export interface PictureFile {
  readonly format: Format;
  /** Of its page. */
  readonly metadata: Metadata;
  readonly page: number;
  readonly pages: number;
  /** Sides as they are seen, once the orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly limits: Limits;
  /** A pipeline from the upright picture; the page unless another part is named. */
  decode(part?: Part): Sharp;
  /** The head of another part. */
  look(part: Part): Promise<Metadata>;
}

/**
 * @param page from 0.
 * @throws PictureError as `sniff`, `damaged_picture`, `too_many_pixels`, `no_such_page`.
 */
export async function openFile(
  bytes: Uint8Array,
  page: number,
  limits: Limits,
): Promise<PictureFile> {
  const format = sniff(bytes);
  const decode = (part: Part) =>
    sharp(bytes, {
      ...part,
      failOn: "truncated",
      limitInputPixels: limits.maxPixels,
      // Any number of bands: samples are counted instead.
      limitInputChannels: false,
    }).timeout({ seconds: limits.timeout });
  const look = (part: Part) => decoding(decode(part).metadata());
  const first = await look({});
  const { pages = 1 } = first;
  if (page >= pages) {
    const last = pages === 1 ? "one page, number 0" : `pages 0 to ${pages - 1}`;
    throw new PictureError("no_such_page", `the picture has ${last}; there is no page ${page}`);
  }
  const metadata = page === 0 ? first : await look({ page });
  const { width, height } = metadata.autoOrient;
  if (width * height > limits.maxPixels) {
    throw new PictureError("too_many_pixels", "the picture has too many pixels");
  }
  return {
    format,
    metadata,
    page,
    pages,
    width,
    height,
    limits,
    decode: (part = {}) => decode({ page, ...part }).autoOrient(),
    look,
  };
}
