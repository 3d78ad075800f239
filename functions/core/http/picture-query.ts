import * as v from "valibot";
import type { ConvertWish, Encoding, PreviewWish, Window } from "../pictures/pictures.ts";

/** Pixels; a wider preview is a conversion. */
const MAX_SIDE = 4096;

const whole = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,6}$/, "Expected a whole number"),
    v.transform(Number),
    v.number(),
    v.minValue(least),
    v.maxValue(most),
  );

const side = v.pipe(whole(1, MAX_SIDE), v.description(`Pixels, 1 to ${MAX_SIDE}.`));

const NUMBER = "(-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?)";
const VALUES = new RegExp(`^${NUMBER},${NUMBER}$`);
const PERCENTILES = /^p(\d{1,3}(?:\.\d+)?),p(\d{1,3}(?:\.\d+)?)$/;

/** `undefined` for what is no window, or one that ends before it begins. */
function parseWindow(text: string): Window | undefined {
  if (text === "minmax") return { type: "minmax" };
  const values = VALUES.exec(text);
  const percentiles = PERCENTILES.exec(text);
  const [, first, last] = values ?? percentiles ?? [];
  const [low, high] = [Number(first), Number(last)];
  if (!(low < high) || (percentiles !== null && high > 100)) return undefined;
  return { type: values === null ? "percentiles" : "values", low, high };
}

const window = v.pipe(
  v.string(),
  v.check(
    (text) => parseWindow(text) !== undefined,
    "Expected minmax, two percentiles such as p1,p99, or two values such as 0,4095, the lower first",
  ),
  v.description(
    "Which values become black and white: `minmax`, percentiles `p1,p99`, or values `0,4095`. Default: `minmax` " +
      "for values wider than 8 bits, but for 16-bit colour and for `kernel=nearest`.",
  ),
);

const bands = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,3}(?:,[1-9]\d{0,3},[1-9]\d{0,3})?$/, "Expected one band or three, from 1"),
  v.description("One band as grey, or three as red, green and blue: `4,3,2`. Counted from 1."),
);

const convertEntries = {
  format: v.exactOptional(
    v.pipe(
      v.picklist(["auto", "webp", "avif", "jpeg", "png"]),
      v.description(
        "Default `auto`: by `Accept`, JPEG or PNG when it names neither WebP nor AVIF.",
      ),
    ),
  ),
  quality: v.exactOptional(
    v.pipe(whole(1, 100), v.description("1 to 100; without effect on PNG.")),
  ),
  page: v.exactOptional(v.pipe(whole(0, 999_999), v.description("From 0."))),
  window: v.exactOptional(window),
  bands: v.exactOptional(bands),
} as const;

const previewEntries = {
  ...convertEntries,
  width: v.exactOptional(side),
  height: v.exactOptional(side),
  fit: v.exactOptional(
    v.pipe(
      v.picklist(["cover", "contain", "inside", "outside", "fill"]),
      v.description(
        "How it is fitted into width and height, when both are given. Default `inside`, which alone never enlarges.",
      ),
    ),
  ),
  kernel: v.exactOptional(
    v.pipe(
      v.picklist(["nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"]),
      v.description(
        "`nearest` keeps label masks exact, without loss. It is the default for PNGs with a palette, else `lanczos3`.",
      ),
    ),
  ),
} as const;

/** What `GET /converted` takes beside what names the object. */
export const convertQuery = v.object(convertEntries);

/** The same of `GET /previews`. */
export const previewQuery = v.object(previewEntries);

export function toConvertWish(
  query: v.InferOutput<typeof convertQuery>,
  accepted: readonly Encoding[],
): ConvertWish {
  const { format = "auto", window: text, bands: list, ...rest } = query;
  const parsed = text === undefined ? undefined : parseWindow(text);
  return {
    ...rest,
    encodings: format === "auto" ? accepted : [format],
    ...(parsed !== undefined && { window: parsed }),
    ...(list !== undefined && { bands: list.split(",").map(Number) }),
  };
}

export function toPreviewWish(
  query: v.InferOutput<typeof previewQuery>,
  accepted: readonly Encoding[],
): PreviewWish {
  const { width, height, fit = "inside", kernel, ...rest } = query;
  return {
    ...toConvertWish(rest, accepted),
    fit,
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(kernel !== undefined && { kernel }),
  };
}

/** A wish as part of a cache's key: equal wishes give equal texts, however they were written. */
export function toOperation(
  kind: string,
  version: string,
  wish: ConvertWish | PreviewWish,
): Readonly<Record<string, string>> {
  const texts = Object.entries(wish).map(([name, value]) => [name, JSON.stringify(value)]);
  return { kind, version, ...Object.fromEntries(texts) };
}
