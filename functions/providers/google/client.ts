import { Readable } from "node:stream";
import type { ErrorPlace } from "@remote-storage/core/storage/errors.ts";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import type { AuthClient } from "google-auth-library";
import { failure, toStorageError } from "./errors.ts";
import type { Identity } from "./identity.ts";
import { originOf } from "./origins.ts";

/** Enough for the library's four tries of a call that carries no object bytes. */
const DEADLINE_SECONDS = 60;
/** Object bytes in a second: who takes fewer is taken for hanging. */
const SLOWEST = 30_000;
const LONGEST_TIMER = 2 ** 31 - 1;

interface GoogleRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with `/`, percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
  /** How many bytes of an object the body has; the caller's signal alone ends what is not known. */
  readonly size?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Failures are thrown as `StorageError`; an abort as the signal's reason. */
export interface GoogleClient {
  /** The JSON API's answer, an object. */
  json<T>(request: GoogleRequest, place: ErrorPlace): Promise<T>;
  /** The XML API's answer, as it came. */
  text(request: GoogleRequest, place: ErrorPlace): Promise<string>;
  /** The bytes as they are stored (a gzip encoding is not undone), and the headers that describe them. */
  stream(request: GoogleRequest, place: ErrorPlace): Promise<StreamAnswer>;
}

interface StreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

type Wire = Parameters<AuthClient["request"]>[0] & {
  /** Of node-fetch, which sends for the library: false leaves `Content-Encoding: gzip` as it is. */
  readonly compress?: boolean;
};

/**
 * Sends authorised requests through Google's own authentication library, which repeats what may be
 * repeated. It stands in for `@google-cloud/storage`, whose calls cannot be aborted.
 */
export function createClient(
  config: GoogleConfig,
  identity: Identity,
  seconds = DEADLINE_SECONDS,
): GoogleClient {
  const origin = originOf(config);

  async function send<T>(request: GoogleRequest, place: ErrorPlace, wire: Wire) {
    const { body, signal, size = body instanceof Readable ? Infinity : 0 } = request;
    signal?.throwIfAborted();
    const client = await identity.authorised(place);
    const deadline = new AbortController();
    const patience = Math.min((seconds + size / SLOWEST) * 1000, LONGEST_TIMER);
    const timer = setTimeout(() => deadline.abort(), patience);
    try {
      return await client.request<T>({
        ...wire,
        retry: true,
        url: `${origin}${request.path}`,
        method: request.method ?? "GET",
        ...(request.query && { params: request.query }),
        ...(request.headers && { headers: request.headers }),
        ...(body !== undefined && { data: body }),
        signal: signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.signal.aborted) throw failure("timeout", place, error);
      throw toStorageError(error, place);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async json<T>(request: GoogleRequest, place: ErrorPlace) {
      const { data } = await send<T>(request, place, { responseType: "json" });
      if (typeof data === "object" && data !== null) return data;
      throw failure("unavailable", place, new Error("the answer is no JSON object"));
    },
    async text(request, place) {
      return (await send<string>(request, place, { responseType: "text" })).data;
    },
    async stream(request, place) {
      const wire = { responseType: "stream", compress: false } as const;
      const { status, headers, data } = await send<Readable>(request, place, wire);
      return { status, headers, body: data };
    },
  };
}
