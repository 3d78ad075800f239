import type { Result } from "@remote-storage/core/caches/caches.ts";
import type { ConvertWish, Kernel, Window } from "@remote-storage/core/pictures/pictures.ts";
import type { Sharp } from "sharp";
import { shownBands } from "./bands.ts";
import { develop } from "./develop.ts";
import { chooseCodec, encode, type Nature } from "./encode.ts";
import { findExtent, type Extent } from "./extent.ts";
import { decoding } from "./failure.ts";
import type { Layout } from "./layout.ts";
import { findLevel } from "./level.ts";
import { takeNearest } from "./nearest.ts";
import type { PictureFile } from "./picture-file.ts";
import { readSamples, resizable } from "./samples.ts";

/** A picture in its new size, its numbers in the shades that are encoded. */
interface Shaded {
  readonly pipeline: Sharp;
  readonly alpha: boolean;
  readonly deep: boolean;
  readonly extent?: Extent;
}

/** Makes one page of a file, laid out as wished, into what a browser shows. */
export async function render(
  file: PictureFile,
  wish: ConvertWish & { readonly kernel?: Kernel },
  layout: Layout,
): Promise<Result> {
  const kernel = wish.kernel ?? (holdsMask(file) ? "nearest" : "lanczos3");
  const exact = kernel === "nearest";
  const { pipeline, extent, ...shaded } = await shade(file, wish, layout, kernel);
  const padded = layout.left < 0 || layout.top < 0;
  const { width, height } = layout;
  const nature: Nature = { ...shaded, alpha: shaded.alpha || padded, width, height, exact };
  const codec = chooseCodec(wish.encodings, nature);
  const cut = cutOut(pipeline, layout, codec === "jpeg");
  const body = await decoding(encode(cut, codec, nature, wish.quality).toBuffer());
  return { body, type: `image/${codec}`, headers: describe(file, layout, extent) };
}

/** PNGs with a palette: what annotation tools keep label masks in. A photograph in one merely gets sharper edges. */
function holdsMask({ format, metadata: { isPalette } }: PictureFile): boolean {
  return format === "png" && isPalette;
}

async function shade(
  file: PictureFile,
  wish: ConvertWish,
  layout: Layout,
  kernel: Kernel,
): Promise<Shaded> {
  const { channels, depth, hasAlpha } = file.metadata;
  const exact = kernel === "nearest";
  const chosen = wish.bands !== undefined || channels > 4;
  const window = wish.window ?? defaultWindow(file, exact, chosen);
  const resize = (pipeline: Sharp) => pipeline.resize({ ...layout.scaled, fit: "fill", kernel });

  if (window !== undefined || chosen) {
    const bands = shownBands(file, wish.bands);
    const extent = window === undefined ? ALL_SHADES : await findExtent(file, window, bands);
    const level = exact ? {} : await findLevel(file, layout);
    const small = resizable(file);
    const { width, height } = small ? layout.scaled : file;
    const decoded = file.decode(level);
    const samples = await readSamples(file, width * height, small ? resize(decoded) : decoded);
    const keepAlpha = wish.bands === undefined;
    const developed = await develop(samples, bands, extent, keepAlpha);
    const alpha = keepAlpha && hasAlpha && channels <= 4;
    return { pipeline: resize(developed), alpha, deep: false, ...(window && { extent }) };
  }
  if (!exact) {
    const pipeline = resize(file.decode(await findLevel(file, layout)));
    return { pipeline, alpha: hasAlpha, deep: false };
  }
  const deep = depth === "ushort";
  if (hasAlpha && !deep) {
    return { pipeline: await takeNearest(file, layout), alpha: true, deep };
  }
  const space = channels < 3 ? (deep ? "grey16" : "b-w") : deep ? "rgb16" : "srgb";
  const pipeline = resize(file.decode({ ignoreIcc: true })).toColourspace(space);
  return { pipeline, alpha: hasAlpha, deep };
}

const ALL_SHADES: Extent = { low: 0, high: 255 };

/** Cut to 8 bits, a 12-bit scan is a black picture; 16-bit colours are photographs and fill their range. */
function defaultWindow(
  { metadata: { depth, space } }: PictureFile,
  exact: boolean,
  chosen: boolean,
): Window | undefined {
  const kept = !chosen && (exact || space === "rgb16");
  const shown = depth === "uchar" || (depth === "ushort" && kept);
  return shown ? undefined : { type: "minmax" };
}

/** @param opaque whether padding is white; else it lets through what it is laid over. */
function cutOut(
  pipeline: Sharp,
  { width, height, scaled, left, top }: Layout,
  opaque: boolean,
): Sharp {
  if (left < 0 || top < 0) {
    return pipeline.extend({
      left: -left,
      top: -top,
      right: width - scaled.width + left,
      bottom: height - scaled.height + top,
      background: { r: 255, g: 255, b: 255, alpha: opaque ? 1 : 0 },
    });
  }
  const whole = width === scaled.width && height === scaled.height;
  return whole ? pipeline : pipeline.extract({ left, top, width, height });
}

/** What maps a pixel of the answer to the original's: `(x + offset) / scale`. */
function describe(
  { width, height, metadata: { orientation = 1 } }: PictureFile,
  { scaled, left, top }: Layout,
  extent: Extent | undefined,
): Readonly<Record<string, string>> {
  return {
    "X-Original-Width": String(width),
    "X-Original-Height": String(height),
    "X-Orientation-Applied": String(orientation),
    "X-Scale-X": String(scaled.width / width),
    "X-Scale-Y": String(scaled.height / height),
    "X-Offset-X": String(left),
    "X-Offset-Y": String(top),
    ...(extent !== undefined && { "X-Window": `${extent.low},${extent.high}` }),
  };
}
