import { readLinkFile } from "../../../functions/core/links/link-file.ts";
import {
  resolveLinkFile,
  type ResolveFileOptions,
} from "../../../functions/core/links/resolve-file.ts";
import { createLinkResolver } from "../../../functions/core/links/resolver.ts";
import type { SignedRequest, SignIntent } from "../../../functions/core/signing/signed-request.ts";
import { fakeProvider } from "./fake-provider.ts";
import { resolver } from "./fake-resolver.ts";

export const GET = { method: "GET", expires: 60 } as const;

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** The whole answer for a link file. */
export async function resolveText(
  file: string,
  options: Partial<ResolveFileOptions> = {},
  from = resolver,
): Promise<string> {
  let answer = "";
  for await (const part of resolveLinkFile(readLinkFile(body(file)), from, { ...GET, ...options }))
    answer += part;
  return answer;
}

export function parseLines(ndjson: string): readonly Record<string, unknown>[] {
  return ndjson
    .trimEnd()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));
}

/** Resolves `s3://b/…` with a signature of the test's own. */
export function resolverThat(sign: (intent: SignIntent) => SignedRequest | Promise<SignedRequest>) {
  const provider = fakeProvider("minio", () => [], sign);
  return createLinkResolver({
    entries: [{ name: "lab", provider, buckets: [{ bucket: "b", prefix: "" }] }],
    own: [],
  });
}
