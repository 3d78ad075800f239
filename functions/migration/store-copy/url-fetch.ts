import type { Multipart } from "@remote-storage/core/storage/provider.ts";
import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { FetchedPart, UrlCopy } from "@remote-storage/core/storage/url-copy.ts";
import { lookAtSource, type Told } from "../bucket/describe-source.ts";
import { keyIn, type Place, signedUrl } from "../bucket/requests.ts";
import { inTurn, type Lanes } from "../lanes.ts";
import type { Outcome } from "../outcome.ts";
import type { Description, SourceObject } from "../source.ts";
import { sumOfFetched } from "./fetched-sum.ts";
import { copyInStoreParts, type PartsCopy } from "./store-parts.ts";
import type { StoreTransferOptions } from "./store-transfer.ts";

export interface UrlFetchOptions extends StoreTransferOptions {
  readonly source: Place;
}

/** What the target has fetched, and what proves it. */
type Fetched = Required<Pick<Outcome, "etag" | "proof">>;

/** `undefined`: no object was made, since nothing tells what it must be, or the bytes arrived as others. */
export type UrlFetch = (object: SourceObject) => Promise<Fetched | undefined>;

/** Fetched in seconds, and little to fetch again. */
const USUAL_PART = 64 * 1024 ** 2;

/**
 * Has the target fetch exactly the versions that are named, never over another object. Their MD5 goes with the
 * request; without one, or beyond what one request takes, the sums of the parts, joined, must be the CRC-64
 * that the source tells, before they become an object. Which version the bytes are of needs no other proof.
 *
 * The returned function throws what `urlCopy` throws, and SourceChangedError.
 */
export function createUrlFetch(
  { source, target, uploads, part = USUAL_PART, wholeUpTo = Infinity }: UrlFetchOptions,
  urlCopy: UrlCopy,
  lanes: Lanes,
): UrlFetch {
  const { signal } = lanes;
  // A mark that an upload was given up can itself be taken for an object, in the way of the one that passes
  // through here. Stores that fetch drop by themselves the parts that are not joined.
  const kept: Multipart = { ...target.bucket.multipart, abort: () => Promise.resolve() };
  const largest = Math.min(wholeUpTo, urlCopy.limits.whole);

  const look = (object: SourceObject) =>
    lanes.objects
      .run((report) => inTurn(lanes, report, () => lookAtSource(source, object, { signal })))
      .catch((error: unknown) => {
        throw atSource(error);
      });
  // Signed anew for each request: a URL outlives it, and the credentials may have been renewed.
  const urlOf = ({ key }: SourceObject) => signedUrl(source, keyIn(source, key));

  function whole(object: SourceObject, md5: string, description: Description): Promise<Fetched> {
    const key = keyIn(target, object.key);
    const once = async () => {
      const from = { url: await urlOf(object), md5 };
      return urlCopy.whole(key, from, { ...description, signal }).catch(toOtherBytes);
    };
    return lanes.objects.run(async (report) => {
      const { etag } = await inTurn(lanes, report, once);
      lanes.onSent(object.size);
      report.succeeded(object.size);
      return { etag, proof: "md5" };
    });
  }

  async function inParts(
    object: SourceObject,
    crc64nvme: string,
    description: Description,
  ): Promise<Fetched> {
    const { key: name, size, identity } = object;
    const key = keyIn(target, name);
    const copy: PartsCopy<FetchedPart> = {
      name,
      identity,
      key,
      size,
      description,
      known: (arrived) => {
        const there = new Set(arrived.map(({ number }) => number));
        return uploads.find(name)?.fetched?.filter(({ number }) => there.has(number)) ?? [];
      },
      copy: async (upload, range) => {
        // Of the only part the sum is known beforehand, and other bytes are not even kept as a part.
        const only = range.end - range.start + 1 === size;
        const from = { url: await urlOf(object), range, ...(only && { crc64nvme }) };
        const fetched = await urlCopy.part(key, upload, from, { signal }).catch(toOtherBytes);
        uploads.fetched(name, fetched);
        return fetched;
      },
      check: (parts) => {
        if (sumOfFetched(parts) !== crc64nvme) throw new OtherBytesError("the CRC-64 differs");
      },
    };
    const { etag } = await copyInStoreParts(copy, { multipart: kept, uploads, part }, lanes);
    return { etag, proof: "crc64nvme" };
  }

  function begin(object: SourceObject, told: Told): Promise<Fetched> | undefined {
    const { md5, crc64nvme } = told.sums;
    if (md5 !== undefined && object.size <= largest) return whole(object, md5, told.description);
    const hasParts = crc64nvme !== undefined && object.size > 0;
    return hasParts ? inParts(object, crc64nvme, told.description) : undefined;
  }

  return async (object) => {
    const fetching = begin(object, await look(object));
    if (fetching === undefined) return undefined;
    try {
      return await fetching;
    } catch (error) {
      const other = error instanceof OtherBytesError;
      if (!other && !isA(error, "unsupported")) throw error;
      // Another version, or none, would explain it.
      await look(object);
      if (other) return undefined;
      throw error;
    }
  };
}

/** No object was made of them. Nothing to try again: they would come so each time. */
class OtherBytesError extends Error {
  override readonly name = "OtherBytesError";
}

function toOtherBytes(error: unknown): never {
  if (isA(error, "checksum-mismatch")) throw new OtherBytesError("a sum differs", { cause: error });
  throw error;
}

function isA(error: unknown, kind: ErrorKind): boolean {
  return error instanceof StorageError && error.kind === kind;
}

/** As a failure of reading: it says nothing of the target. */
function atSource(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  return new StorageError(error.kind, error.message, { ...error.place, operation: "GET" }, error);
}
