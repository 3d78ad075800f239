import { latest } from "@remote-storage/core/signing/latest.ts";
import { createS3Presigner } from "@remote-storage/core/signing/s3-presigner.ts";
import type { SignedRequest, SignIntent } from "@remote-storage/core/signing/signed-request.ts";
import { validity } from "@remote-storage/core/signing/validity.ts";
import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import type { Credentials, CredentialSource } from "./credentials.ts";
import { signingTarget } from "./endpoint.ts";
import type { Regions } from "./region.ts";

/**
 * Signs for one bucket: at once while keys and region are at hand. With temporary keys no signature
 * outlives them.
 */
export function createSign(
  config: S3Config,
  context: ProviderContext,
  source: CredentialSource,
  regions: Regions,
  bucket: string,
): (intent: SignIntent) => SignedRequest | Promise<SignedRequest> {
  const presigner = latest((credentials: Credentials, region: string) => ({
    present: createS3Presigner(signingTarget(config, bucket, region), credentials),
    limits:
      credentials.expiresAt === undefined
        ? []
        : [{ until: credentials.expiresAt, reason: "credentials" as const }],
  }));

  function signWith(credentials: Credentials, region: string, intent: SignIntent): SignedRequest {
    const { present, limits } = presigner(credentials, region);
    return present(intent, validity(context.now(), intent.expires, context.policy, limits));
  }

  return (intent) => {
    const credentials = source.current();
    const region = regions.of(bucket);
    if (credentials instanceof Promise || region instanceof Promise) {
      return Promise.all([credentials, region]).then(([keys, place]) =>
        signWith(keys, place, intent),
      );
    }
    return signWith(credentials, region, intent);
  };
}
