import type { SignedRequest, SignIntent } from "../../../functions/core/signing/signed-request.ts";
import type { Bucket, Provider, ProviderKind } from "../../../functions/core/storage/provider.ts";

type Sign = (intent: SignIntent) => SignedRequest | Promise<SignedRequest>;

/** Marks an answer as signed, the way every store's signature can be told. */
export const SIGNATURE = "X-Signed-By-Test=1";

/** A bucket that can only sign; what links need of one. */
export function fakeBucket(name: string, sign?: Sign): Bucket {
  const standard: Sign = ({ method, key, versionId, download }) => ({
    method,
    url: `https://signed.test/${encodeURIComponent(name)}/${encodeURIComponent(key)}?${SIGNATURE}${
      versionId === undefined ? "" : `&version=${versionId}`
    }${download === undefined ? "" : `&download=${download}`}`,
    headers: method === "PUT" ? { "x-must": "be sent" } : {},
    expiresAt: "2030-01-01T00:00:00Z",
  });
  return { name, sign: sign ?? standard } as Bucket;
}

export function fakeProvider(
  kind: ProviderKind,
  origins: (bucket: string) => readonly string[] = () => [],
  sign?: Sign,
): Provider {
  return { kind, bucket: (name) => fakeBucket(name, sign), origins };
}
