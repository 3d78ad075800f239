import type { Readable } from "node:stream";
import type { ErrorPlace } from "@remote-storage/core/storage/errors.ts";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import type { AuthClient } from "google-auth-library";
import { toStorageError } from "./errors.ts";
import type { Identity } from "./identity.ts";
import { originOf } from "./origins.ts";

/** Milliseconds for a call that carries no object bytes; Google itself gives up on one after a minute. */
const CALL_TIMEOUT = 60_000;

export interface GoogleRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Begins with `/`, percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
  readonly signal?: AbortSignal | undefined;
}

/** Failures are thrown as `StorageError`; an abort as the signal's reason. */
export interface GoogleClient {
  /** The JSON API's answer. */
  json<T>(request: GoogleRequest, place: ErrorPlace): Promise<T>;
  /** The XML API's answer, as it came. */
  text(request: GoogleRequest, place: ErrorPlace): Promise<string>;
  /** The bytes as they are stored (a gzip encoding is not undone), and the headers that describe them. */
  stream(request: GoogleRequest, place: ErrorPlace): Promise<StreamAnswer>;
}

export interface StreamAnswer {
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
export function createClient(config: GoogleConfig, identity: Identity): GoogleClient {
  const origin = originOf(config);

  async function send<T>(request: GoogleRequest, place: ErrorPlace, wire: Wire) {
    request.signal?.throwIfAborted();
    const client = await identity.authorised(place);
    try {
      return await client.request<T>({
        ...wire,
        retry: true,
        url: `${origin}${request.path}`,
        method: request.method ?? "GET",
        ...(request.query && { params: request.query }),
        ...(request.headers && { headers: request.headers }),
        ...(request.body !== undefined && { data: request.body }),
        ...(request.signal && { signal: request.signal }),
      });
    } catch (error) {
      request.signal?.throwIfAborted();
      throw toStorageError(error, place);
    }
  }

  return {
    async json<T>(request: GoogleRequest, place: ErrorPlace) {
      const answer = await send<T>(request, place, { responseType: "json", ...patience(request) });
      return answer.data;
    },
    async text(request, place) {
      const answer = await send<string>(request, place, {
        responseType: "text",
        ...patience(request),
      });
      return answer.data;
    },
    async stream(request, place) {
      const answer = await send<Readable>(request, place, {
        responseType: "stream",
        compress: false,
      });
      return { status: answer.status, headers: answer.headers, body: answer.data };
    },
  };
}

function patience(request: GoogleRequest): Wire {
  return request.body === undefined ? { timeout: CALL_TIMEOUT } : {};
}
