import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";
import { defaultLimits } from "../../functions/images/limits.ts";
import { openPictures } from "../../functions/images/open-pictures.ts";

export const limits = defaultLimits(2);

export const pictures = openPictures(limits);

/** What a browser without special wishes asks for. */
export const browser = { fit: "inside", encodings: ["webp", "plain"] } as const;

/** The same picture without loss, to look at its values. */
export const lossless = { fit: "inside", encodings: ["png"] } as const;

/** The code that it is refused with. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PictureError) return error.code;
    throw error;
  }
  return "no refusal";
}
