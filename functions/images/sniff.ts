import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";

/** What is decoded. The HEIF container only where it holds AVIF: HEVC needs a patent licence. */
export const FORMATS = ["avif", "gif", "jpeg", "png", "tiff", "webp"] as const;

export type Format = (typeof FORMATS)[number];

/** A format, where its mark lies, and the mark in Latin-1. */
type Mark<Name> = readonly [name: Name, offset: number, text: string];

/** What a file is, whatever its name and its content type say. */
const DECODED: readonly Mark<Format>[] = [
  ["jpeg", 0, "\xff\xd8\xff"],
  ["png", 0, "\x89PNG\r\n\x1a\n"],
  ["webp", 8, "WEBP"],
  ["gif", 0, "GIF8"],
  ["tiff", 0, "II*\0"],
  ["tiff", 0, "MM\0*"],
  ["tiff", 0, "II+\0"],
  ["tiff", 0, "MM\0+"],
  ["avif", 4, "ftypavif"],
  ["avif", 4, "ftypavis"],
];

const REFUSED: readonly Mark<string>[] = [
  ["HEIC (its codec HEVC is patented)", 4, "ftyphe"],
  ["HEIF", 4, "ftypmif1"],
  ["HEIF", 4, "ftypmsf1"],
  ["JPEG XL", 0, "\xff\x0a"],
  ["JPEG XL", 4, "JXL "],
  ["JPEG 2000", 4, "jP  "],
  ["JPEG 2000", 0, "\xff\x4f\xff\x51"],
  ["a Windows bitmap", 0, "BM"],
  ["PDF", 0, "%PDF-"],
  ["Photoshop", 0, "8BPS"],
  ["DICOM", 128, "DICM"],
  ["OpenEXR", 0, "v/1\x01"],
  ["Netpbm", 0, "P5\n"],
  ["Netpbm", 0, "P6\n"],
  ["HDF5", 0, "\x89HDF"],
  ["a NumPy array", 0, "\x93NUMPY"],
];

/** Bytes that tell. */
const HEAD = 1024;

/** @throws PictureError `unsupported_picture`, `not_a_picture`. */
export function sniff(bytes: Uint8Array): Format {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD));
  const text = head.toString("latin1");
  const marked = <Name>([, offset, mark]: Mark<Name>) => text.startsWith(mark, offset);
  const [format] = DECODED.find(marked) ?? [];
  if (format !== undefined) return format;
  // A drawing may hold scripts, loads, and loops without end: it is not rendered at all.
  const [name] = REFUSED.find(marked) ?? (/<svg[\s>]/i.test(text) ? ["SVG"] : []);
  const known = `${FORMATS.join(", ")} are decoded`;
  if (name !== undefined) {
    throw new PictureError("unsupported_picture", `${name} is not decoded here; ${known}`);
  }
  const what = bytes.byteLength === 0 ? "the object is empty" : "the object is no picture";
  throw new PictureError("not_a_picture", `${what}; ${known}`);
}
