import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import type { CallOptions } from "@remote-storage/core/storage/provider.ts";
import { type Dispatcher, Pool } from "undici";

/** What a store answered, read to its end. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface SendOptions extends CallOptions {
  /** Beside the signed ones. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Bytes that a good answer has at most; longer ones are broken off. Default: a refusal's. */
  readonly expected?: number;
}

/** Sends signed requests over connections that stay open. */
export interface Wire {
  /** Rejects when there is no whole answer: broken off, or too slow. An abort rejects with the signal's reason. */
  send(request: SignedRequest, options: SendOptions): Promise<Answer>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

export interface WireOptions {
  /** Most connections to one origin. */
  readonly connections: number;
  /** Milliseconds that a store may be silent. Default 30 s. */
  readonly patience?: number;
}

const PATIENCE = 30_000;
const CONNECT = 10_000;

/** Servers close idle connections after five seconds and more: a request must not meet that. */
const KEEP_ALIVE = 4_000;

/** Bytes a millisecond: a slower line is taken for a broken one. */
const SLOWEST = 32;

/** Refusals, and answers to HEAD and PUT, are small; the bytes of an object are no longer than what was asked for. */
const LONGEST_REFUSAL = 1024 * 1024;

/**
 * A pool of connections for each origin, without any SDK: sending a small object costs a tenth of what it
 * costs there.
 */
export function createWire({ connections, patience = PATIENCE }: WireOptions): Wire {
  const pools = new Map<string, Pool>();

  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, {
      connections,
      pipelining: 1,
      connect: { timeout: CONNECT },
      keepAliveTimeout: KEEP_ALIVE,
    });
    pools.set(origin, pool);
    return pool;
  };

  return {
    send: ({ method, url, headers: signed }, { signal, headers, body, expected = 0 }) => {
      signal?.throwIfAborted();
      // Not by URL, which would collapse the dot segments of a key.
      const slash = url.indexOf("/", url.indexOf("://") + 3);
      return new Promise((resolve, reject) => {
        poolOf(url.slice(0, slash)).dispatch(
          {
            method,
            path: url.slice(slash),
            headers: { ...signed, ...headers },
            body: body ?? null,
            headersTimeout: patience + Math.ceil((body?.byteLength ?? 0) / SLOWEST),
            bodyTimeout: patience,
          },
          collect(expected + LONGEST_REFUSAL, signal, resolve, reject),
        );
      });
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function collect(
  longest: number,
  signal: AbortSignal | undefined,
  resolve: (answer: Answer) => void,
  reject: (error: unknown) => void,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  let length = 0;
  let status = 0;
  let headers: Answer["headers"] = {};
  let stop: (() => void) | undefined;
  const settle = (): void => {
    if (stop !== undefined) signal?.removeEventListener("abort", stop);
  };
  return {
    onRequestStart: (controller) => {
      if (signal === undefined) return;
      stop = () => {
        controller.abort(new Error("stopped"));
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    },
    onResponseStart: (_controller, code, fields) => {
      status = code;
      headers = Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(", ") : value,
        ]),
      );
    },
    onResponseData: (controller, chunk) => {
      length += chunk.byteLength;
      if (length > longest)
        controller.abort(new Error("the answer is longer than what was asked for"));
      else chunks.push(chunk);
    },
    onResponseEnd: () => {
      settle();
      const [only] = chunks;
      const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
      resolve({ status, headers, body });
    },
    onResponseError: (_controller, error) => {
      settle();
      reject(signal?.aborted === true ? signal.reason : error);
    },
  };
}
