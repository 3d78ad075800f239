import type { AppRequest } from "./app.ts";
import { nestsDeeperThan } from "./nesting.ts";
import { ProblemError } from "./problem.ts";

/** 1000 items with keys of 1024 bytes, each byte escaped as `\u00xx`, take about 6 MiB. */
export const MAX_JSON_BYTES = 8 * 1024 * 1024;

/** No body that means anything here has more than four levels. */
const MAX_NESTING = 32;

/**
 * The body as JSON; `undefined` when there is none.
 *
 * @param timeout milliseconds for all of it to arrive.
 * @throws ProblemError `unsupported_media_type`, `too_large`, `body_timeout`, `invalid_request`.
 */
export async function readJson(request: AppRequest, timeout: number): Promise<unknown> {
  const type = mediaType(request);
  if (type !== undefined && !/^application\/(?:[\w.-]+\+)?json$/.test(type)) {
    throw new ProblemError(
      "unsupported_media_type",
      `send the body as application/json, not ${type}`,
      { Accept: "application/json" },
    );
  }
  const text = await readText(request, timeout);
  if (text === "") return undefined;
  if (nestsDeeperThan(text, MAX_NESTING)) {
    throw new ProblemError("invalid_request", `the body nests deeper than ${MAX_NESTING} levels`);
  }
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new ProblemError("invalid_request", "the body is not JSON");
  }
}

/** The content type without its parameters, in lower case. */
export function mediaType(request: AppRequest): string | undefined {
  return request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
}

async function readText(request: AppRequest, timeout: number): Promise<string> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > MAX_JSON_BYTES) throw tooLarge();
  const bytes = request.body === null ? [] : await collect(request.body, timeout);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(bytes));
  } catch {
    throw new ProblemError("invalid_request", "the body is not UTF-8");
  }
}

async function collect(
  body: ReadableStream<Uint8Array>,
  timeout: number,
): Promise<readonly Uint8Array[]> {
  const reader = body.getReader();
  const late = AbortSignal.timeout(timeout);
  // Ends the pending read; a source that fails while it is cancelled has no more to say.
  const giveUp = () => void reader.cancel().catch(() => undefined);
  late.addEventListener("abort", giveUp, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (late.aborted) {
        throw new ProblemError("body_timeout", `the body took longer than ${timeout} ms`);
      }
      if (done) return chunks;
      size += value.byteLength;
      if (size > MAX_JSON_BYTES) {
        giveUp();
        throw tooLarge();
      }
      chunks.push(value);
    }
  } finally {
    late.removeEventListener("abort", giveUp);
  }
}

function tooLarge(): ProblemError {
  return new ProblemError("too_large", `a JSON body may have at most ${MAX_JSON_BYTES} bytes`);
}
