import type { Bucket } from "@remote-storage/core/storage/provider.ts";

/** What a request sent byte for byte was answered with. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Sends the URL's path and query exactly as they stand; `fetch` would collapse dot segments. */
export type RawSend = (
  method: string,
  url: string,
  headers?: Readonly<Record<string, string>>,
  body?: Uint8Array,
) => Promise<RawResponse>;

/** Where a store, or the emulator that stands for it, differs. Keep this small: each entry weakens the suite. */
export interface Traits {
  /** False for an emulator that lets any signature in: cases that expect a refusal are left out by name. */
  readonly verifiesSignatures: boolean;
  /** Keys that the store cannot hold: writing one must fail with `invalid-key`. Default: it holds every key. */
  readonly refusesKey?: (key: string) => boolean;
  /** A store that orders by UTF-16 code units: only within a page is the order that of UTF-8. */
  readonly ordersByUtf16?: boolean;
  /** A store that lists no `a/b` while there is an object `a`. */
  readonly hidesBelowObjects?: boolean;
  /** A store that takes `/a` for `a`: written and read by either name, it is listed by the second. */
  readonly dropsLeadingSlash?: boolean;
  /** A store that does not compare an etag in the same step in which it writes: of writers at once several may win. */
  readonly comparesFirst?: boolean;
  /** A store that holds no body to the checksum in its headers, though it holds the headers to the signature. */
  readonly ignoresChecksums?: boolean;
}

/**
 * A provider under the suite. The buckets may be shared with other runs: every case works below a
 * prefix of its own.
 */
export interface Subject {
  readonly bucket: Bucket;
  /** Another bucket of the same provider, for copies. */
  readonly second: Bucket;
  /** A bucket of the same provider that does not exist. */
  readonly missing: Bucket;
  /** `bucket` with a provider whose clock stands at `date`, for signatures made in the past. */
  at(date: Date): Bucket;
  /** Sends signed requests; may trust a self-signed certificate. */
  readonly fetch: typeof fetch;
  readonly rawSend: RawSend;
  readonly traits: Traits;
  close(): Promise<void>;
}
