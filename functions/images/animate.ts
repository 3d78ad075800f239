import type { Result } from "@remote-storage/core/caches/caches.ts";
import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";
import type { ConvertWish } from "@remote-storage/core/pictures/pictures.ts";
import { encode } from "./encode.ts";
import { decoding } from "./failure.ts";
import type { PictureFile } from "./picture-file.ts";

/** Whether a conversion keeps the frames: WebP alone holds them, and one page was not asked for. */
export function movesOn({ pages, format }: PictureFile, wish: ConvertWish): boolean {
  return (
    pages > 1 &&
    (format === "gif" || format === "webp") &&
    wish.encodings[0] === "webp" &&
    wish.page === undefined &&
    wish.window === undefined &&
    wish.bands === undefined
  );
}

/** @throws PictureError `too_many_frames`, `too_many_pixels` for all of them together. */
export async function animate(file: PictureFile, { quality }: ConvertWish): Promise<Result> {
  const { pages, width, height, limits } = file;
  if (pages > limits.maxFrames) {
    throw new PictureError(
      "too_many_frames",
      `the animation has ${pages} frames, more than ${limits.maxFrames}; take one with page=`,
    );
  }
  const frames = file.decode({ animated: true });
  const body = await decoding(encode(frames, "webp", { exact: false }, quality).toBuffer());
  const headers = {
    "X-Original-Width": String(width),
    "X-Original-Height": String(height),
    "X-Orientation-Applied": "1",
    "X-Scale-X": "1",
    "X-Scale-Y": "1",
  };
  return { body, type: "image/webp", headers };
}
