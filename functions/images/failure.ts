import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";

/** @returns what libvips said, as an error with a code. Only its first line, and none of its pointers. */
function toPictureError(error: unknown): unknown {
  if (error instanceof PictureError || !(error instanceof Error)) return error;
  const { message } = error;
  if (message.includes("exceeds pixel limit")) {
    return new PictureError("too_many_pixels", "the picture has too many pixels", error);
  }
  if (message.startsWith("timeout:")) {
    return new PictureError("picture_timeout", "the picture takes too long to decode", error);
  }
  if (/samples out of range|not configured|unsupported tiff/.test(message)) {
    const text = "the picture's layout (64-bit values, a rare compression) is not decoded here";
    return new PictureError("unsupported_picture", text, error);
  }
  return new PictureError("damaged_picture", "the picture is damaged or cut off", error);
}

/** Work of libvips: whatever it fails with becomes a `PictureError`. */
export async function decoding<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw toPictureError(error);
  }
}
