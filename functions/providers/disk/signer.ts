import { createS3Presigner } from "@remote-storage/core/signing/s3-presigner.ts";
import type { SignedRequest, SignIntent } from "@remote-storage/core/signing/signed-request.ts";
import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import { validity } from "@remote-storage/core/signing/validity.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { DiskConfig, ProviderContext } from "@remote-storage/core/storage/provider-config.ts";

type Presigner = ReturnType<typeof createS3Presigner>;

/** Signs requests to this service's own S3 endpoint, path style. Throws `unsupported` for a version and for metadata. */
export function createSigner(
  bucket: string,
  { keys, region, publicOrigin }: DiskConfig,
  { now, policy }: ProviderContext,
): (intent: SignIntent) => SignedRequest {
  let current: { readonly origin: string; readonly presign: Presigner } | undefined;
  return (intent) => {
    if (intent.versionId !== undefined || intent.metadata !== undefined) {
      const what = intent.versionId === undefined ? "metadata" : "versions";
      throw new StorageError("unsupported", `the local disk keeps no ${what}`, {
        provider: "http",
        operation: "sign",
        bucket,
        key: intent.key,
      });
    }
    const origin = publicOrigin();
    if (current?.origin !== origin) {
      const target = { origin, basePath: `/${encodeComponent(bucket)}`, region };
      const pair = { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey };
      current = { origin, presign: createS3Presigner(target, pair) };
    }
    return current.presign(intent, validity(now(), intent.expires, policy));
  };
}
