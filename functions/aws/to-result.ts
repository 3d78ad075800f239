import type { Log } from "@remote-storage/core/log.ts";
import { ProblemError, problemResponse } from "@remote-storage/core/http/problem.ts";
import { toProblem } from "@remote-storage/core/http/to-problem.ts";
import { type Head, toHead } from "./head.ts";

/** A whole answer as gateways take it that do not stream. */
export interface Result extends Head {
  readonly body: string;
  readonly isBase64Encoded: boolean;
  /** What REST APIs read in place of `cookies`. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Bytes that a result may have as JSON, less room for its head.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_RESULT = 6 * 1024 * 1024 - 64 * 1024;

/** Bytes of any content that fit in: as Base64 they are a third more. */
export const MAX_BYTES = (MAX_RESULT / 4) * 3 - 1024;

const TEXT = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|x-ndjson)\b)/i;

/** An answer in one piece; one that is too large, or breaks in its middle, becomes a problem. */
export async function toResult(response: Response, log: Log): Promise<Result> {
  const requestId = response.headers.get("x-request-id") ?? "";
  try {
    return await collect(response);
  } catch (error) {
    if (error instanceof ProblemError) {
      log.warn({ requestId, limit: "size" }, "the answer does not fit into one piece");
    }
    const problem = problemResponse(toProblem(error, log, requestId), requestId);
    problem.headers.set("X-Request-Id", requestId);
    return collect(problem);
  }
}

async function collect(response: Response): Promise<Result> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_RESULT) throw tooLarge();
    chunks.push(chunk);
  }
  const isText = isPlainText(response.headers);
  const body = Buffer.concat(chunks).toString(isText ? "utf8" : "base64");
  // JSON escapes quotes, line ends and the like.
  if (Buffer.byteLength(JSON.stringify(body)) > MAX_RESULT) throw tooLarge();
  const head = toHead(response);
  return {
    ...head,
    body,
    isBase64Encoded: !isText,
    ...(head.cookies && { multiValueHeaders: { "set-cookie": head.cookies } }),
  };
}

function isPlainText(headers: Headers): boolean {
  return !headers.has("content-encoding") && TEXT.test(headers.get("content-type") ?? "text/");
}

function tooLarge(): ProblemError {
  return new ProblemError(
    "too_large",
    "the answer is larger than the 6 MB that this entry point carries in one piece; ask for less, or through one that streams",
  );
}
