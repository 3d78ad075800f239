import sharp from "sharp";

/** libvips reads hundreds of formats by what a file holds; these loaders alone may. */
const LOADERS = ["Jpeg", "Png", "Webp", "Tiff", "Nsgif", "Heif"];

/**
 * Sets libvips up for a server: nothing is remembered between pictures (each is another one, and its result
 * is cached), one thread works on a picture, and no loader runs that is not needed.
 *
 * @see https://sharp.pixelplumbing.com/performance#parallelism-and-concurrency
 */
export function prepareEngine(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}Buffer`) });
}
