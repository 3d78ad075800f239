import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";
import type { PictureFile } from "./picture-file.ts";

/** What is shown of a picture with more bands than a screen has colours. */
const FIRST_THREE = [0, 1, 2];

/**
 * The bands that are shown, from 0: those asked for, else all but transparency.
 *
 * @throws PictureError `no_such_band`.
 */
export function shownBands(
  { metadata: { channels, hasAlpha } }: PictureFile,
  asked: readonly number[] | undefined,
): readonly number[] {
  const missing = asked?.find((band) => band > channels);
  if (missing !== undefined) {
    const count = channels === 1 ? "one band" : `${channels} bands`;
    throw new PictureError("no_such_band", `the picture has ${count}; there is no band ${missing}`);
  }
  if (asked !== undefined) return asked.map((band) => band - 1);
  if (channels > 4) return FIRST_THREE;
  return Array.from({ length: channels - (hasAlpha ? 1 : 0) }, (_, index) => index);
}
