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

/** The whole service: every host converts its own request to this and the answer back, and does no more. */
export type App = (request: Request, call: Call) => Promise<Response>;
