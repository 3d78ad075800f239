import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type {
  ByteRange,
  ObjectStat,
  ReadOptions,
  ReadResult,
} from "@remote-storage/core/storage/provider.ts";
import { fromDownload } from "./body.ts";
import type { GoogleClient } from "./client.ts";
import { failure } from "./errors.ts";
import { toStatOfHeaders } from "./object.ts";

/**
 * Reads `path`, an object of the JSON API. Its downloads take no conditions but on generations, so
 * etags are compared when the headers are there, before any byte is taken.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects/get
 */
export async function readObject(
  client: GoogleClient,
  path: string,
  key: ObjectKey,
  options: ReadOptions,
  place: ErrorPlace,
): Promise<ReadResult> {
  const { status, headers, body } = await client.stream(
    {
      path,
      query: { alt: "media", ...(options.versionId && { generation: options.versionId }) },
      headers: {
        // Without it Google unpacks what is stored as gzip, and other bytes arrive than are stored.
        "accept-encoding": "gzip",
        ...(options.range && { range: toRangeHeader(options.range, place) }),
      },
      signal: options.signal,
    },
    place,
  );
  const part = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  const length = headers.get("x-goog-stored-content-length") ?? headers.get("content-length");
  const size = Number(part?.[3] ?? length ?? Number.NaN);
  const stat = toStatOfHeaders(key, size, headers);
  const refused = refusal(stat, options);
  if (refused) {
    body.destroy();
    if (refused === "unchanged") return { state: "unchanged", etag: stat.etag };
    throw failure(refused, place);
  }
  if ((status === 206) !== (part !== null) || !Number.isSafeInteger(size)) {
    body.destroy();
    throw failure("unavailable", place, new Error(`a length is missing in an answer ${status}`));
  }
  const range = part
    ? { start: Number(part[1]), end: Number(part[2]) }
    : { start: 0, end: size - 1 };
  return {
    state: part ? "partial" : "full",
    stat,
    ...(size > 0 && { range }),
    body: fromDownload(body, place, options.signal),
  };
}

function refusal(stat: ObjectStat, { ifMatch, ifNoneMatch }: ReadOptions) {
  if (ifMatch !== undefined && ifMatch !== stat.etag) return "precondition-failed";
  return ifNoneMatch === stat.etag ? "unchanged" : undefined;
}

function toRangeHeader(range: ByteRange, place: ErrorPlace): string {
  if ("suffix" in range) {
    // Google takes the last zero bytes for a mistake and sends everything.
    if (range.suffix === 0) throw failure("range-not-satisfiable", place);
    return `bytes=-${range.suffix}`;
  }
  if (range.end !== undefined && range.end < range.start) {
    throw new StorageError("invalid-request", "the range ends before it starts", place);
  }
  return `bytes=${range.start}-${range.end ?? ""}`;
}
