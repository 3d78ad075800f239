import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "@remote-storage/core/http/app.ts";
import { hasBody } from "./node-request.ts";

/** Bytes and milliseconds of an unwanted body that are read before the connection is cut. */
const DRAIN_BYTES = 64 * 1024 * 1024;
const DRAIN_TIME = 10_000;

/**
 * Sends an answer as fast as the client takes it.
 *
 * @param last close the connection afterwards.
 * @returns the body's bytes that were sent.
 */
export async function sendReply(
  { status, headers, body }: Reply,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  last: boolean,
): Promise<number> {
  const unread = hasBody(incoming) && !incoming.complete && !incoming.readableDidRead;
  const fields: string[] = [];
  for (const [name, value] of headers) fields.push(name, value);
  if (last || unread) fields.push("Connection", "close");
  if (unread && body === null && status >= 300 && incoming.method !== "HEAD") {
    // The head leaves long before the end here, and must say that nothing follows.
    fields.push("Content-Length", "0");
  }
  outgoing.writeHead(status, fields);
  if (body instanceof Uint8Array && !unread) {
    outgoing.end(body);
    return body.byteLength;
  }
  const bytes = body === null ? 0 : await sendBody(body, outgoing);
  if (hasBody(incoming) && !incoming.complete) await drain(incoming, outgoing);
  outgoing.end();
  return bytes;
}

async function sendBody(
  body: ReadableStream<Uint8Array> | Uint8Array,
  outgoing: ServerResponse,
): Promise<number> {
  if (body instanceof Uint8Array) {
    outgoing.write(body);
    return body.byteLength;
  }
  const reader = body.getReader();
  // A client that has gone must end the source at once, also while it is waited for.
  const stop = () => void reader.cancel().catch(() => undefined);
  outgoing.once("close", stop);
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || outgoing.destroyed) return bytes;
      bytes += value.byteLength;
      if (!outgoing.write(value)) await drained(outgoing);
    }
  } finally {
    outgoing.off("close", stop);
  }
}

/** Resolves once more may be written, or never again. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      outgoing.off("drain", go);
      outgoing.off("close", go);
      resolve();
    };
    outgoing.on("drain", go);
    outgoing.on("close", go);
  });
}

/**
 * The whole answer is on its way, but a connection closed over unread bytes is reset, and the reset may
 * overtake the answer: so the body is read and dropped, within bounds, before the end.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
async function drain(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  outgoing.flushHeaders();
  if (waitsForContinue(incoming)) return;
  const bound = AbortSignal.timeout(DRAIN_TIME);
  let dropped = 0;
  await new Promise<void>((resolve) => {
    incoming.on("data", (chunk: Uint8Array) => {
      dropped += chunk.byteLength;
      if (dropped > DRAIN_BYTES) resolve();
    });
    incoming.once("end", () => resolve());
    incoming.once("close", () => resolve());
    bound.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Such a client sends no body after a final answer. */
function waitsForContinue({ headers, readableDidRead }: IncomingMessage): boolean {
  return /^100-continue$/i.test(headers.expect ?? "") && !readableDidRead;
}
