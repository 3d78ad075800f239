import type { PreviewWish } from "@remote-storage/core/pictures/pictures.ts";

/** The longer side of a preview when no size is named, in pixels. */
const DEFAULT_SIDE = 512;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the original's pixels come to lie: scaled to `scaled`, then cut or padded to `width` × `height`. */
export interface Layout extends Size {
  readonly scaled: Size;
  /** Where the answer's first pixel lies in what was scaled; negative where it is padding. */
  readonly left: number;
  readonly top: number;
}

/** `inside`, and one side alone, never enlarge; a box asked for otherwise is filled as asked. */
export function layOut(
  original: Size,
  { width, height, fit }: Pick<PreviewWish, "width" | "height" | "fit">,
): Layout {
  if (fit === "inside" || width === undefined || height === undefined) {
    // One side leaves the other free; neither stands for a square.
    const named = width !== undefined || height !== undefined;
    const free = named ? Number.POSITIVE_INFINITY : DEFAULT_SIDE;
    const across = (width ?? free) / original.width;
    const down = (height ?? free) / original.height;
    return whole(scale(original, Math.min(1, across, down)));
  }
  const asked = { width, height };
  const [across, down] = [width / original.width, height / original.height];
  if (fit === "fill") return whole(asked);
  const covering = fit === "cover" || fit === "outside";
  const scaled = scale(original, covering ? Math.max(across, down) : Math.min(across, down));
  if (fit === "outside") return whole(scaled);
  return {
    ...asked,
    scaled,
    left: Math.floor((scaled.width - asked.width) / 2),
    top: Math.floor((scaled.height - asked.height) / 2),
  };
}

function scale({ width, height }: Size, factor: number): Size {
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
}

function whole(scaled: Size): Layout {
  return { ...scaled, scaled, left: 0, top: 0 };
}
