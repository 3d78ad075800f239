import type { App, Handler, Reply } from "./app.ts";

/** An answer without the cost of a `Response`, for what is asked for most. */
export function createReply(
  status: number,
  fields: Readonly<Record<string, string>>,
  body: Reply["body"] = null,
): Reply {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) headers.append(name, value);
  return { status, headers, body };
}

/** The same service for hosts that work with `Response`s. */
export function toApp(handler: Handler): App {
  return async (request, call) => toResponse(await handler(request, call));
}

function toResponse(reply: Reply): Response {
  if (reply instanceof Response) return reply;
  const { status, headers, body } = reply;
  return new Response(body instanceof Uint8Array ? toStream(body) : body, { status, headers });
}

/** `Response` would copy the bytes. */
function toStream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}
