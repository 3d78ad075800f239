import type { HttpRequest } from "@azure/functions";
import type { AppRequest } from "@remote-storage/core/http/app.ts";

/** What the app reads of a request. Streamed ones come with a body whether the client sent one or not. */
export function toRequest({ method, headers, body }: HttpRequest, signal: AbortSignal): AppRequest {
  const bodyless = body === null || method === "GET" || method === "HEAD" || !hasBody(headers);
  return { method, headers: withToken(headers), body: bodyless ? null : unbroken(body), signal };
}

/**
 * The same body, which is read to its end when the app is done with it before: to break it off would end
 * the connection that the answer goes out on. How large it may be is the platform's to say.
 */
function unbroken(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  async function drop(): Promise<void> {
    for (;;) if ((await reader.read()).done) return;
  }
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      // A client that leaves meanwhile has got its answer or wants none.
      cancel: () => void drop().catch(() => undefined),
    },
    { highWaterMark: 0 },
  );
}

/** @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function hasBody(headers: Headers): boolean {
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0;
}

/**
 * A function key is a token like any other, for tools that send nothing else: known when `API_TOKENS` or
 * the access rules know it. Which of its own keys the platform has checked it does not tell.
 */
function withToken(given: Headers): Headers {
  const headers = new Headers(given);
  const key = headers.get("x-functions-key");
  if (key !== null && !headers.has("authorization")) headers.set("authorization", `Bearer ${key}`);
  return headers;
}

/**
 * The client's address: the last one in `X-Forwarded-For`, which the platform's front end has added.
 * Those before it are the client's own words.
 */
export function toAddress(headers: Headers): string | undefined {
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  const [, ipv6, ipv4] = /^\[([\da-f:.]+)\](?::\d+)?$|^([\d.]+)(?::\d+)?$/i.exec(last ?? "") ?? [];
  return ipv6 ?? ipv4;
}
