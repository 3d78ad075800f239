import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { CallOptions } from "@remote-storage/core/storage/provider.ts";
import type { Slice } from "../source.ts";
import type { TargetObject } from "../target.ts";
import { sendExact } from "./exact-version.ts";
import { keyIn, type Place } from "./requests.ts";
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
  const headers = length < size ? { range: `bytes=${start}-${start + length - 1}` } : {};
  const intent = { method: "GET", key: keyIn(place, key), tellChecksums: true } as const;
  const answer = await sendExact(place, etag, intent, { ...options, expected: length, headers });
  if (answer.body.byteLength !== length) {
    throw broken(`has answered with ${answer.body.byteLength} bytes instead of ${length}`);
  }
  return answer;
}

function broken(what: string): StorageError {
  return new StorageError("unavailable", `the source ${what}`, {
    provider: "migration",
    operation: "GET",
  });
}
