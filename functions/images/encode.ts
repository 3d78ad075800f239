import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";
import type { Encoding } from "@remote-storage/core/pictures/pictures.ts";
import type { Sharp } from "sharp";

type Codec = Exclude<Encoding, "plain">;

/** What is to be encoded. */
export interface Nature {
  readonly width: number;
  readonly height: number;
  readonly alpha: boolean;
  /** Every value must come out as it went in. */
  readonly exact: boolean;
  /** 16 bits are to be kept. */
  readonly deep: boolean;
}

/** Pixels a side, by the formats' own headers. */
const LONGEST: Readonly<Record<Codec, number>> = {
  webp: 16_383,
  avif: 16_384,
  jpeg: 65_535,
  png: 65_535,
};

/**
 * The first of the wished encodings that can hold the picture.
 *
 * @throws PictureError `invalid_request` when none can, saying which would.
 */
export function chooseCodec(wishes: readonly Encoding[], nature: Nature): Codec {
  const plain = nature.alpha || nature.exact || nature.deep ? "png" : "jpeg";
  const codecs = wishes.map((wish) => (wish === "plain" ? plain : wish));
  const codec = codecs.find((each) => holds(each, nature));
  if (codec !== undefined) return codec;
  const why = nature.deep
    ? "16-bit masks are exact as PNG alone: take format=png, or a window"
    : nature.exact
      ? "masks are exact as PNG or WebP alone: take one of these, or kernel=lanczos3"
      : "the picture is larger than this format allows: take format=jpeg or format=png";
  throw new PictureError("invalid_request", why);
}

function holds(codec: Codec, { width, height, exact, deep }: Nature): boolean {
  if (Math.max(width, height) > LONGEST[codec]) return false;
  if (deep) return codec === "png";
  return !exact || codec === "png" || codec === "webp";
}

type Encoder = (pipeline: Sharp, exact: boolean, quality: number | undefined) => Sharp;

const ENCODERS: Readonly<Record<Codec, Encoder>> = {
  // The default of 6 takes three times as long for a tenth of the bytes.
  png: (pipeline) => pipeline.png({ compressionLevel: 4 }),
  webp: (pipeline, exact, quality = 80) =>
    pipeline.webp(exact ? { lossless: true, exact: true } : { quality }),
  // Effort 4, the default, takes five times as long for a few percent.
  avif: (pipeline, _exact, quality = 60) => pipeline.avif({ quality, effort: 1 }),
  jpeg: (pipeline, _exact, quality = 80) =>
    pipeline.flatten({ background: "#ffffff" }).jpeg({ quality }),
};

/** @param quality 1 to 100; the defaults are where photographs look like their originals. What is exact has none. */
export function encode(
  pipeline: Sharp,
  codec: Codec,
  { exact }: Pick<Nature, "exact">,
  quality?: number,
): Sharp {
  return ENCODERS[codec](pipeline, exact, quality);
}
