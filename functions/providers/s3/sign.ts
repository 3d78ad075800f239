import { latest } from "@remote-storage/core/signing/latest.ts";
import { createS3Presigner } from "@remote-storage/core/signing/s3-presigner.ts";
import type { SignedRequest, SignIntent } from "@remote-storage/core/signing/signed-request.ts";
import { type Limit, validity } from "@remote-storage/core/signing/validity.ts";
import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import type { Credentials, CredentialSource } from "./credentials.ts";
import { signingTarget } from "./endpoint.ts";
import type { Regions } from "./region.ts";

/**
 * What is promised of temporary credentials that do not tell their end, such as Lambda's: an hour, what
 * roles give at least by default. The place that gave them has to replace them in time.
 */
const UNTOLD_SECONDS = 3600;

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
  const presigner = latest((credentials: Credentials, region: string) =>
    createS3Presigner(signingTarget(config, bucket, region), credentials),
  );

  const validityOf = latest((credentials: Credentials, now: Date, expires: number) =>
    validity(now, expires, context.policy, limitsOf(credentials, now)),
  );

  function signWith(credentials: Credentials, region: string, intent: SignIntent): SignedRequest {
    return presigner(credentials, region)(
      intent,
      validityOf(credentials, context.now(), intent.expires),
    );
  }

  return (intent) => {
    const { maxExpires, window } = context.policy;
    const credentials = source.current(Math.min(intent.expires + window, maxExpires));
    const region = regions.of(bucket);
    if (credentials instanceof Promise || region instanceof Promise) {
      return Promise.all([credentials, region]).then(([keys, place]) =>
        signWith(keys, place, intent),
      );
    }
    return signWith(credentials, region, intent);
  };
}

function limitsOf({ expiresAt, sessionToken }: Credentials, now: Date): readonly Limit[] {
  if (expiresAt !== undefined) return [{ until: expiresAt, reason: "credentials" }];
  if (sessionToken === undefined) return [];
  return [{ until: new Date(now.getTime() + UNTOLD_SECONDS * 1000), reason: "credentials" }];
}
