import * as v from "valibot";
import { signedRequest } from "./schemas.ts";

/** No store takes part numbers above this; an upload's own count is checked besides. */
const MAX_PART_NUMBER = 10_000;

export const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

export const partNumber = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(MAX_PART_NUMBER),
);

export const arrived = v.object({
  number: v.number(),
  size: v.number(),
  etag: v.exactOptional(v.string()),
});

export const signedPart = v.object({
  number: v.number(),
  offset: v.number(),
  length: v.number(),
  ...signedRequest.entries,
});
