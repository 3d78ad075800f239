import type { Result } from "../caches/caches.ts";
import type { Offsets } from "../http/range.ts";

/** How a picture is fitted into width and height; sharp's and CSS' words. */
export type Fit = "cover" | "contain" | "inside" | "outside" | "fill";

/** `nearest` mixes no values: for label masks, and always without loss. */
export type Kernel = "nearest" | "linear" | "cubic" | "mitchell" | "lanczos2" | "lanczos3";

/**
 * What the answer is encoded as. `plain` is for clients that name neither WebP nor AVIF: PNG where there is
 * transparency or where values must stay exact, else JPEG.
 */
export type Encoding = "webp" | "avif" | "jpeg" | "png" | "plain";

/** Which values become black and white. */
export type Window =
  | { readonly type: "values"; readonly low: number; readonly high: number }
  /** 0 to 100. */
  | { readonly type: "percentiles"; readonly low: number; readonly high: number }
  | { readonly type: "minmax" };

export interface ConvertWish {
  /** In order of preference: the first that can hold the picture is taken. */
  readonly encodings: readonly Encoding[];
  /** 1 to 100; default by encoding. */
  readonly quality?: number;
  /** From 0. */
  readonly page?: number;
  /**
   * Default: `minmax` for what an 8-bit copy would show as black (numbers deeper than 8 bits, but for 16-bit
   * colour), else none.
   */
  readonly window?: Window;
  /** One (grey) or three (red, green, blue), counted from 1. */
  readonly bands?: readonly number[];
}

export interface PreviewWish extends ConvertWish {
  /** Pixels. With neither width nor height: the longer side is 512 at most. */
  readonly width?: number;
  readonly height?: number;
  readonly fit: Fit;
  /** Default: `nearest` for palette PNGs, which annotation tools keep masks in, else `lanczos3`. */
  readonly kernel?: Kernel;
}

/** What a picture is, its sides as they are seen once its orientation is applied. */
export interface PictureFacts {
  /** `jpeg`, `tiff`, … */
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  /** Of one value: `uint8`, `int16`, `float32`, … */
  readonly depth: string;
  /** Colour space, in libvips' words. */
  readonly space: string;
  readonly alpha: boolean;
  readonly pages: number;
  /** EXIF's: 1 to 8. */
  readonly orientation: number;
  /** Over all bands but transparency; absent when the values were not read. */
  readonly min?: number;
  readonly max?: number;
}

/** An original's bytes, read only once there is room to work on them. */
export interface PictureSource {
  /** Bytes. */
  readonly size: number;
  bytes(range?: Offsets): Promise<Uint8Array>;
}

/** Work on pictures, as the routes get it. Throws `PictureError`, and what `bytes` throws. */
export interface Pictures {
  /** Of the way pictures are made: part of every result's key. */
  readonly version: string;
  /** What can be decoded. */
  readonly formats: readonly string[];
  preview(source: PictureSource, wish: PreviewWish): Promise<Result>;
  /** At full size, in a format that browsers show. */
  convert(source: PictureSource, wish: ConvertWish): Promise<Result>;
  /** @param values whether `min` and `max` are wanted, which takes all of the picture; else its head is read. */
  inspect(source: PictureSource, values: boolean): Promise<PictureFacts>;
}
