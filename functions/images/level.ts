import type { Metadata } from "sharp";
import type { Layout } from "./layout.ts";
import type { Part, PictureFile } from "./picture-file.ts";

/** A pyramid halves its sides until a tile holds it: more levels than these are none. */
const MAX_LEVELS = 16;

/**
 * The smallest level of a TIFF's pyramid that still has the pixels that are asked for. Levels are pages or
 * sub-images that each halve the one before; pages of a stack do not, so they are never taken for levels.
 */
export async function findLevel(file: PictureFile, { scaled }: Layout): Promise<Part> {
  const { format, page, pages, metadata } = file;
  const { subifds = 0 } = metadata;
  if (format !== "tiff" || page !== 0 || (pages === 1 && subifds === 0)) return {};
  const part = (number: number): Part =>
    subifds > 0 ? { tiff: { subifd: number - 1 } } : { page: number };
  const count = Math.min(MAX_LEVELS, subifds > 0 ? subifds : pages - 1);
  let best: Part = {};
  let larger: Pick<Metadata, "width" | "height"> = metadata;
  for (let number = 1; number <= count; number += 1) {
    const level = await file.look(part(number));
    const { width, height } = level.autoOrient;
    if (!halves(larger, level) || width < scaled.width || height < scaled.height) break;
    best = part(number);
    larger = level;
  }
  return best;
}

function halves(
  larger: Pick<Metadata, "width" | "height">,
  smaller: Pick<Metadata, "width" | "height">,
): boolean {
  return (
    Math.abs(larger.width / 2 - smaller.width) <= 1 &&
    Math.abs(larger.height / 2 - smaller.height) <= 1
  );
}
