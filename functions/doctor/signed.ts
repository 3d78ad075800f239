import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import { readStart } from "./read-start.ts";
import { PATIENCE } from "./world.ts";

/** What came back for a signed request; `status` 0: nothing did. */
export interface SignedAnswer {
  readonly status: number;
  /** The store's word for a refusal; empty: it gave none. */
  readonly code: string;
  readonly headers: Headers;
  /** Where the bucket is, when that was the reason. */
  readonly region?: string;
}

/** Sends a signed request as a client would: nothing but the method, the URL and its headers. */
export async function sendSigned(
  send: typeof fetch,
  signed: SignedRequest,
  more: { readonly method?: "OPTIONS"; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<SignedAnswer> {
  try {
    const response = await send(signed.url, {
      method: more.method ?? signed.method,
      headers: { ...(more.method === undefined && signed.headers), ...more.headers },
      ...(signed.method === "PUT" && more.method === undefined && { body: new Uint8Array() }),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const { status, headers } = response;
    const text = await readStart(response);
    const code = headers.get("x-ms-error-code") ?? /<Code>([\w.]+)<\/Code>/.exec(text)?.[1] ?? "";
    const region =
      headers.get("x-amz-bucket-region") ?? /<Region>([\w-]+)<\/Region>/.exec(text)?.[1];
    return { status, code, headers, ...(region !== undefined && { region }) };
  } catch (error) {
    return { status: 0, code: connectionCode(error), headers: new Headers() };
  }
}

function connectionCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error.name === "TimeoutError") return "ETIMEDOUT";
  const { cause } = error;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : "";
}
