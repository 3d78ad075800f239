import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { CallOptions } from "@remote-storage/core/storage/provider.ts";
import { type Slice, SourceChangedError } from "../source.ts";
import type { TargetObject } from "../target.ts";
import { type Place, keyIn, send } from "./requests.ts";
import type { Answer } from "./wire.ts";

/**
 * Bytes of the version that has the etag.
 *
 * @throws SourceChangedError when there is another version, or none.
 */
export async function readSlice(
  place: Place,
  { key, etag, size }: TargetObject,
  { start, length }: Slice,
  options: CallOptions,
): Promise<Answer> {
  // All of it is asked for without a range: only then do stores tell its checksum.
  const range = length < size && { range: `bytes=${start}-${start + length - 1}` };
  const answer = await send(
    place,
    { method: "GET", key: keyIn(place, key), tellChecksums: true },
    { ...options, expected: length, headers: { "if-match": etag, ...range } },
  ).catch((error: unknown) => {
    throw changedOr(error);
  });
  const told = answer.headers["etag"];
  // Some stores do not know If-Match; listings of some leave the quotes out.
  if (told !== undefined && bare(told) !== bare(etag)) {
    throw new SourceChangedError("another version is there");
  }
  if (answer.body.byteLength !== length) {
    throw broken(`has answered with ${answer.body.byteLength} bytes instead of ${length}`);
  }
  return answer;
}

function changedOr(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  const gone = error.kind === "not-found" || error.kind === "precondition-failed";
  return gone
    ? new SourceChangedError("another version is there, or none", { cause: error })
    : error;
}

function bare(etag: string): string {
  return etag.replace(/^W\//, "").replaceAll('"', "");
}

function broken(what: string): StorageError {
  return new StorageError("unavailable", `the source ${what}`, {
    provider: "migration",
    operation: "GET",
  });
}
