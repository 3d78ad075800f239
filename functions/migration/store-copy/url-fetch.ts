import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { FetchedPart, UrlCopy } from "@remote-storage/core/storage/url-copy.ts";
import { lookAtSource, type Told } from "../bucket/describe-source.ts";
import { keyIn, type Place, signedUrl } from "../bucket/requests.ts";
import { inTurn, type Lanes } from "../lanes.ts";
import type { Outcome } from "../outcome.ts";
import type { Description, SourceObject } from "../source.ts";
import type { Uploads } from "../uploads.ts";
import { sumOfFetched } from "./fetched-sum.ts";
import { copyInStoreParts, type PartsCopy } from "./store-parts.ts";
import type { CopyPlace } from "./store-transfer.ts";

export interface UrlFetchOptions {
  readonly source: Place;
  readonly target: CopyPlace;
  readonly uploads: Uploads;
  /** Bytes that go in one request, if fewer than the store takes; larger objects are fetched in parts. */
  readonly wholeUpTo?: number | undefined;
  /** Bytes of a part, if not the usual. */
  readonly part?: number | undefined;
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
  const { multipart } = target.bucket;
  const { signal } = lanes;
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
    // Not tried again: what comes as other bytes comes so each time.
    const once = async (): Promise<{ readonly etag: string } | undefined> => {
      const from = { url: await urlOf(object), md5 };
      try {
        return await urlCopy.whole(key, from, { ...description, signal });
      } catch (error) {
        if (isOneOf(error, ["checksum-mismatch"])) return undefined;
        throw error;
      }
    };
    return lanes.objects.run(async (report) => {
      const made = await inTurn(lanes, report, once);
      if (made === undefined) throw mismatch("MD5");
      lanes.onSent(object.size);
      report.succeeded(object.size);
      return { etag: made.etag, proof: "md5" };
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
        const from = { url: await urlOf(object), range };
        const fetched = await urlCopy.part(key, upload, from, { signal });
        uploads.fetched(name, fetched);
        return fetched;
      },
      check: (parts) => {
        if (sumOfFetched(parts) !== crc64nvme) throw mismatch("CRC-64");
      },
    };
    const { etag } = await copyInStoreParts(copy, { multipart, uploads, part }, lanes);
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
      if (!isOneOf(error, ["checksum-mismatch", "unsupported"])) throw error;
      // Another version, or none, would explain it.
      await look(object);
      if (isOneOf(error, ["checksum-mismatch"])) return undefined;
      throw error;
    }
  };
}

function mismatch(what: string): StorageError {
  return new StorageError("checksum-mismatch", `what was fetched has another ${what}`, {
    provider: "migration",
    operation: "copy",
  });
}

function isOneOf(error: unknown, kinds: readonly ErrorKind[]): boolean {
  return error instanceof StorageError && kinds.includes(error.kind);
}

/** As a failure of reading: it says nothing of the target. */
function atSource(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  return new StorageError(error.kind, error.message, { ...error.place, operation: "GET" }, error);
}
