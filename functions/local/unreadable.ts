import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";

/** Answers for what Node's parser refuses, by its error code: status and what the client can mend. */
const REFUSALS: Readonly<Record<string, readonly [status: string, detail: string]>> = {
  HPE_INVALID_URL: [
    "400 Bad Request",
    "the path holds characters that must be percent-encoded as UTF-8, such as %C3%BC for ü",
  ],
  HPE_HEADER_OVERFLOW: [
    "431 Request Header Fields Too Large",
    "the head of the request is too long",
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "the head of the request took too long"],
};

const OTHER = ["400 Bad Request", "this is not an HTTP request"] as const;

/** Tells a client why its request could not even be read, and ends the connection. */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [phrase, detail] = REFUSALS[error.code ?? ""] ?? OTHER;
  const [status = "", ...title] = phrase.split(" ");
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: "about:blank",
    title: title.join(" "),
    status: Number(status),
    detail,
    code: "invalid_request",
    requestId,
  });
  const head = [
    `HTTP/1.1 ${phrase}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
