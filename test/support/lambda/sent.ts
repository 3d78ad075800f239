import type { Host } from "../../hosts/host.ts";
import type { Sent } from "./gateways.ts";

/** A request of the suite as an entry point takes it: with all of its body. */
export async function toSent(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body?: Parameters<Host["request"]>[3],
): Promise<Sent> {
  const bytes = body === undefined ? undefined : await collect(body);
  const length = { "content-length": String(bytes?.byteLength) };
  return { method, target, headers: { ...(bytes && length), ...headers }, body: bytes };
}

async function collect(body: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
