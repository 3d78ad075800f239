import type { SignIntent } from "@remote-storage/core/signing/signed-request.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { SourceChangedError } from "../source.ts";
import { type Place, send } from "./requests.ts";
import type { Answer, SendOptions } from "./wire.ts";

/**
 * Signs and sends one request that is about one version of an object and no other.
 *
 * @param etag quoted or not, as stores differ.
 * @throws SourceChangedError when there is another version, or none.
 */
export async function sendExact(
  place: Place,
  etag: string,
  intent: Omit<SignIntent, "expires">,
  options: SendOptions,
): Promise<Answer> {
  const headers = { ...options.headers, "if-match": etag };
  const answer = await send(place, intent, { ...options, headers }).catch((error: unknown) => {
    throw changedOr(error);
  });
  const told = answer.headers["etag"];
  // Some stores do not know If-Match; listings of some leave the quotes out.
  if (told !== undefined && bare(told) !== bare(etag)) {
    throw new SourceChangedError("another version is there");
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
