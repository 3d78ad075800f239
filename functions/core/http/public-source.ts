import type { OriginalRead, Source } from "../caches/caches.ts";
import { BlockedAddressError, type PublicFetch } from "../links/public-fetch.ts";
import { type ErrorKind, StorageError } from "../storage/errors.ts";
import type { ReadOptions } from "../storage/provider.ts";
import { ProblemError } from "./problem.ts";

const KINDS: Readonly<Record<number, ErrorKind>> = {
  401: "denied",
  403: "denied",
  404: "not-found",
  408: "timeout",
  410: "not-found",
  412: "precondition-failed",
  416: "range-not-satisfiable",
  429: "throttled",
  503: "throttled",
  504: "timeout",
};

type Body = ReadableStream<Uint8Array>;

/** A public link as a source: read without credentials, and from public addresses alone. */
export function publicSource(url: string, fetchPublic: PublicFetch): Source {
  const provider = url.slice(0, url.indexOf(":")).toLowerCase();

  function failure(kind: ErrorKind, message: string, cause?: unknown): StorageError {
    return new StorageError(kind, message, { provider, operation: "read" }, cause);
  }

  async function send({ range, signal, ifNoneMatch }: ReadOptions): Promise<Response> {
    try {
      return await fetchPublic(url, {
        method: "GET",
        headers: {
          // What is cached is the file itself, whose length and ranges must be its own.
          "Accept-Encoding": "identity",
          ...(range !== undefined && { Range: toHeader(range) }),
          ...(ifNoneMatch !== undefined && { "If-None-Match": ifNoneMatch }),
        },
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      if (error instanceof BlockedAddressError) {
        throw new ProblemError("blocked_address", error.message);
      }
      throw failure("unavailable", "the public link did not answer", error);
    }
  }

  function toResult({ ifMatch }: ReadOptions, response: Response, body: Body): OriginalRead {
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    const range = parseContentRange(response.headers.get("content-range"));
    const partial = response.status === 206;
    if (!Number.isSafeInteger(length) || (partial && range === undefined)) {
      throw failure("unsupported", "the public link does not say how long its file is");
    }
    const size = range?.size ?? length;
    const modified = new Date(response.headers.get("last-modified") ?? 0);
    // Without a tag the next best is what changes with nearly every new version.
    const etag = response.headers.get("etag") ?? `"${modified.getTime()}-${size}"`;
    if (ifMatch !== undefined && ifMatch !== etag) {
      throw failure("precondition-failed", "the public link's file has changed");
    }
    const type = response.headers.get("content-type") ?? "application/octet-stream";
    return {
      state: partial ? "partial" : "full",
      stat: { size, etag, modified, type },
      ...(size > 0 && { range: range ?? { start: 0, end: size - 1 } }),
      body,
    };
  }

  return {
    provider,
    bucket: "",
    key: url,
    async read(options) {
      const response = await send(options);
      const { status, body } = response;
      if (status === 304 && options.ifNoneMatch !== undefined) {
        return { state: "unchanged", etag: options.ifNoneMatch };
      }
      try {
        if (status !== 200 && status !== 206) {
          throw failure(KINDS[status] ?? "unavailable", `the public link answered ${status}`);
        }
        return toResult(options, response, body ?? ReadableStream.from<Uint8Array>([]));
      } catch (error) {
        await body?.cancel();
        throw error;
      }
    },
  };
}

function toHeader(range: NonNullable<ReadOptions["range"]>): string {
  return "suffix" in range ? `bytes=-${range.suffix}` : `bytes=${range.start}-${range.end ?? ""}`;
}

function parseContentRange(header: string | null) {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header ?? "") ?? [];
  if (start === undefined || end === undefined || size === undefined) return undefined;
  return { start: Number(start), end: Number(end), size: Number(size) };
}
