import type { Principal } from "../access/grants.ts";
import type { Identity } from "../access/identity.ts";

/** What a host knows of a request beside the `Request`, which normalises dot segments away. */
export interface Call {
  /** The request target (path and query) exactly as it was sent. */
  readonly target: string;
  /** The caller as the entry point has proved it (IAM, EasyAuth); absent: the app reads `Authorization`. */
  readonly identity?: Identity;
  /** A caller whose grants are settled already. */
  readonly principal?: Principal;
  /** The address that the request came from. */
  readonly remote?: string;
  /** The host's own id of the request; absent: a sane `X-Request-Id`, else a new one. */
  readonly requestId?: string;
  /** Told who calls as soon as that is known, for the host's request log. */
  readonly identified?: (principalId: string) => void;
  /** Told the path of the route that answers, `/objects/{bucket}/{key}`, once it is found. */
  readonly routed?: (path: string) => void;
}

/** What is read of a request. A `Request` is one; a host that pays for each part gives it when it is asked for. */
export type AppRequest = Pick<Request, "method" | "headers" | "body" | "signal">;

/** An answer. A `Response` is one, but wraps bytes that are at hand in a copy and a stream. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | Uint8Array | null;
}

/** The whole service, and each of its layers: for hosts that send bytes by themselves. */
export type Handler = (request: AppRequest, call: Call) => Promise<Reply>;

/** The whole service: every host converts its own request to this and the answer back, and does no more. */
export type App = (request: Request, call: Call) => Promise<Response>;
