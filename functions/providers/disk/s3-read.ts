import { closeSync } from "node:fs";
import type { AppRequest } from "@remote-storage/core/http/app.ts";
import { evaluateConditions, rangeApplies } from "@remote-storage/core/http/conditional.ts";
import {
  contentRange,
  type Offsets,
  parseRange,
  resolveRange,
} from "@remote-storage/core/http/range.ts";
import type { ObjectStat } from "@remote-storage/core/storage/provider.ts";
import { fileBody } from "./body.ts";
import type { OpenFile } from "./confined.ts";
import { createOperate } from "./operate.ts";
import { newRequestId, S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";
import { type Store, toStat } from "./store.ts";

const OVERRIDE =
  /^response-(content-(?:type|language|disposition|encoding)|expires|cache-control)$/;

/**
 * What anybody may have stored is never run as a page of this origin.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/sandbox
 */
const HARMLESS_CONTENT = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'",
};

/** Answers GET and HEAD: conditions first, then the range, then the overrides that were signed. */
export async function readObject(
  store: Store,
  request: AppRequest,
  target: S3Request,
): Promise<Response> {
  const { bucket, key } = target;
  const operate = createOperate(bucket);
  const file = await operate("read", key, undefined, () => store.files.open(bucket, key));
  if (file === undefined) throw new S3Error("NoSuchKey", "The specified key does not exist.");
  return respond(store, request, target, file);
}

/** Takes over the open file: closes it, or leaves that to the body. */
function respond(store: Store, request: AppRequest, target: S3Request, file: OpenFile): Response {
  let body: ReadableStream<Uint8Array> | null = null;
  try {
    const stat = toStat(store, target.bucket, target.key, file.stats);
    const answer = answerTo(request, target, stat);
    if (answer.send !== undefined && request.method === "GET") {
      body = fileBody(file.fd, answer.send, request.signal);
    }
    return new Response(body, answer);
  } finally {
    if (body === null) closeSync(file.fd);
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The bytes to send; absent when there are none. */
  readonly send?: Offsets;
}

function answerTo(request: AppRequest, target: S3Request, stat: ObjectStat): Answer {
  if (target.parameters.has("partNumber") || target.parameters.has("uploadId")) {
    throw new S3Error("NotImplemented", "Parts cannot be read");
  }
  const headers = new Headers({
    "accept-ranges": "bytes",
    etag: stat.etag,
    "last-modified": stat.modified.toUTCString(),
    "x-amz-request-id": newRequestId(),
    ...HARMLESS_CONTENT,
  });
  const verdict = evaluateConditions(request.method, request.headers, stat);
  if (verdict === "failed") {
    throw new S3Error("PreconditionFailed", "At least one of the pre-conditions did not hold");
  }
  if (verdict === "not-modified") return { status: 304, headers };

  headers.set("content-type", stat.type);
  for (const [name, value] of target.parameters) override(headers, name, value);

  const range = rangeApplies(request.headers, stat)
    ? parseRange(request.headers.get("range"))
    : undefined;
  if (range === undefined) {
    headers.set("content-length", String(stat.size));
    const all = { start: 0, end: stat.size - 1 };
    return { status: 200, headers, ...(stat.size > 0 && { send: all }) };
  }
  const send = resolveRange(range, stat.size);
  if (send === undefined) {
    throw new S3Error("InvalidRange", "The requested range is not satisfiable", {
      "content-range": contentRange(undefined, stat.size),
    });
  }
  headers.set("content-range", contentRange(send, stat.size));
  headers.set("content-length", String(send.end - send.start + 1));
  return { status: 206, headers, send };
}

function override(headers: Headers, parameter: string, value: string): void {
  const name = OVERRIDE.exec(parameter)?.[1];
  if (name === undefined) return;
  if (!/^[\t\x20-\x7e\x80-\xff]+$/.test(value)) {
    throw new S3Error("InvalidArgument", `${parameter} cannot be sent as a header (ISO-8859-1)`);
  }
  headers.set(name, value);
}
