import type { Multipart } from "../storage/provider.ts";
import { ProblemError } from "./problem.ts";

const MIB = 1024 * 1024;

/** Below this many bytes an upload is one plain PUT: parts would only cost round trips. */
export const SINGLE_PUT_BELOW = 16 * MIB;

/** Large enough that a part's own cost vanishes, small enough to send again cheaply. */
const DEFAULT_PART = 8 * MIB;

/** S3's number of parts; no store takes fewer. */
const MAX_PARTS = 10_000;

/** How an object is cut: all parts have `partSize` bytes but the last, which may have fewer. */
export interface UploadPlan {
  readonly size: number;
  readonly partSize: number;
  readonly partCount: number;
}

export interface Slice {
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Cuts an object into parts that the store takes.
 *
 * @param size bytes.
 * @param wished bytes a part, when the caller has a wish; not heeded below {@link SINGLE_PUT_BELOW}.
 * @throws ProblemError `too_large` when no partition of the store's holds it, `invalid_request` for a
 *   wish that the store cannot fulfil, naming what it could.
 */
export function planUpload(
  size: number,
  wished: number | undefined,
  limits: Multipart["limits"],
): UploadPlan {
  if (size < SINGLE_PUT_BELOW) return { size, partSize: size, partCount: 1 };
  const maxParts = Math.min(limits.maxParts, MAX_PARTS);
  const smallest = Math.max(limits.minPart, Math.ceil(size / maxParts));
  if (smallest > limits.maxPart) {
    const most = limits.maxPart * maxParts;
    throw new ProblemError("too_large", `this store holds objects of at most ${most} bytes`);
  }
  if (wished !== undefined && (wished < smallest || wished > limits.maxPart)) {
    throw new ProblemError(
      "invalid_request",
      `partSize: Expected ${smallest} to ${limits.maxPart} bytes for this size`,
    );
  }
  const whole = Math.ceil(Math.max(DEFAULT_PART, smallest) / MIB) * MIB;
  const partSize = wished ?? Math.min(whole, limits.maxPart);
  return { size, partSize, partCount: Math.ceil(size / partSize) };
}

/** @param number 1 to `partCount`. */
export function sliceAt({ size, partSize }: UploadPlan, number: number): Slice {
  const offset = (number - 1) * partSize;
  return { number, offset, length: Math.min(partSize, size - offset) };
}
