import type { Identity } from "@remote-storage/core/access/identity.ts";

/** One HTTP request, whichever entry point it came through. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as they were sent, as far as the entry point tells. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** Who the entry point has proved the caller to be. */
  readonly identity: Identity | undefined;
  readonly address: string;
  /** The entry point adds CORS headers itself, and doubled ones make browsers refuse the answer. */
  readonly hasOwnCors: boolean;
}
