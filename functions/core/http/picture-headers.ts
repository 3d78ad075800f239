import type { Answer } from "./route.ts";

const SHARED = {
  ETag: "Of the original's version and what was asked for.",
  "Last-Modified": "When the original was written.",
  "Cache-Control":
    "`private, no-cache`: keep it, and ask with `If-None-Match`. For signed URLs `public` with `max-age` up to their end.",
  Age: "Seconds since the storage has confirmed the original.",
  Vary: "`Accept` when the format is negotiated.",
};

const PICTURE = {
  ...SHARED,
  "Cache-Status":
    "RFC 9211, of the cache that keeps it and, when it was made anew, of `storage` before.",
  "Server-Timing": "Milliseconds for finding the original and for the picture.",
  "X-Original-Width": "Pixels of the original, upright.",
  "X-Original-Height": "Pixels of the original, upright.",
  "X-Orientation-Applied": "EXIF's orientation, 1 to 8, that the picture was turned by; 1 is none.",
  "X-Scale-X": "An original's x is `(x + X-Offset-X) / X-Scale-X`.",
  "X-Scale-Y": "Likewise.",
  "X-Offset-X": "Pixels cut off at the left; negative: padding.",
  "X-Offset-Y": "Pixels cut off at the top; negative: padding.",
  "X-Window": "The values that became black and white, when there was a window.",
};

const UNCHANGED: Answer = {
  description: "It is still what the client has; nothing was decoded to find that out.",
  headers: SHARED,
};

export const PICTURE_ANSWERS: Readonly<Record<number, Answer>> = {
  200: {
    description: "The picture.",
    headers: PICTURE,
    content: {
      "image/webp": undefined,
      "image/avif": undefined,
      "image/jpeg": undefined,
      "image/png": undefined,
    },
  },
  304: UNCHANGED,
};

export const FACTS_HEADERS = SHARED;
export const FACTS_UNCHANGED = UNCHANGED;
