import type { CallOptions } from "@remote-storage/core/storage/provider.ts";
import { mtimeOf } from "../mtime.ts";
import type { Description, SourceObject } from "../source.ts";
import type { Sums } from "../sums.ts";
import { descriptionIn, sumsIn } from "./answer-headers.ts";
import { sendExact } from "./exact-version.ts";
import { keyIn, type Place } from "./requests.ts";
import type { Answer } from "./wire.ts";

/** What a store tells of an object beside its bytes. */
export interface Told {
  readonly description: Description;
  readonly sums: Sums;
}

/** What travels with an object's bytes: the headers of a GET or HEAD, and when it was written last. */
export function describeSource(
  { modified }: SourceObject,
  headers: Answer["headers"],
): Description {
  const { metadata, ...description } = descriptionIn(headers);
  const { mtime = mtimeOf(BigInt(modified.getTime()) * 1_000_000n) } = metadata;
  return { ...description, metadata: { ...metadata, mtime } };
}

/**
 * What is told of the version that was listed, without its bytes.
 *
 * @throws SourceChangedError when there is another version, or none.
 */
export async function lookAtSource(
  place: Place,
  object: SourceObject,
  options: CallOptions,
): Promise<Told> {
  const intent = { method: "HEAD", key: keyIn(place, object.key), tellChecksums: true } as const;
  const { headers } = await sendExact(place, object.identity, intent, options);
  return { description: describeSource(object, headers), sums: sumsIn(headers) };
}
