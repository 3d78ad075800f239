import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import {
  createGooglePresigner,
  type GoogleSigner,
  type GoogleTarget,
} from "@remote-storage/core/signing/google-presigner.ts";
import type { SignedRequest, SignIntent } from "@remote-storage/core/signing/signed-request.ts";
import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import { validity } from "@remote-storage/core/signing/validity.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type {
  GoogleConfig,
  GoogleServiceAccount,
  ProviderContext,
  StaticKeys,
} from "@remote-storage/core/storage/provider-config.ts";
import type { Capabilities } from "@remote-storage/core/storage/provider.ts";
import type { Identity } from "./identity.ts";
import { publicOriginOf } from "./origins.ts";

/**
 * Google may retire the key behind `signBlob` at any time, but not within 12 hours of using it.
 *
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls#signing-iam
 */
const KEYLESS_LIFE = 12 * 3600;

/** The length is bound as a range of one; a SHA-256 is none of the checksums that Google knows. */
export const CAPABILITIES: Capabilities = {
  signsLength: true,
  signsChecksum: false,
  signsContentType: true,
  signsCrc32: false,
  keepsMetadata: true,
  signsIfNoneMatch: true,
  versions: true,
};

export type Sign = (intent: SignIntent) => SignedRequest | Promise<SignedRequest>;

/** Signs for one bucket with the keys at hand: it answers at once and loads no library. */
export function createKeySigner(
  config: GoogleConfig,
  credentials: StaticKeys | GoogleServiceAccount,
  context: ProviderContext,
): (bucket: string) => Sign {
  const signer = toGoogleSigner(credentials);
  return (bucket) => {
    const presign = createGooglePresigner(targetOf(config, bucket), signer);
    return (intent) => presign(intent, validity(context.now(), intent.expires, context.policy));
  };
}

/** Signs for one bucket as the ambient identity: a call to IAM for each signature, valid 12 hours at most. */
export function createAmbientSigner(
  config: GoogleConfig,
  identity: Identity,
  context: ProviderContext,
): (bucket: string) => Sign {
  return (bucket) => async (intent) => {
    const place = { provider: "google", operation: "sign", bucket, key: intent.key };
    const presign = createGooglePresigner(targetOf(config, bucket), {
      type: "rsa",
      clientEmail: await identity.email(place),
      sign: (bytes) => identity.sign(Buffer.from(bytes).toString(), place),
    });
    const now = context.now();
    const until = new Date(now.getTime() + KEYLESS_LIFE * 1000);
    const limits = [{ until, reason: "provider" as const }];
    return presign(intent, validity(now, intent.expires, context.policy, limits));
  };
}

function targetOf(config: GoogleConfig, bucket: string): GoogleTarget {
  return { origin: publicOriginOf(config), basePath: `/${encodeComponent(bucket)}` };
}

function toGoogleSigner(credentials: StaticKeys | GoogleServiceAccount): GoogleSigner {
  if (credentials.type === "keys") {
    return { type: "hmac", accessKey: credentials.accessKey, secretKey: credentials.secretKey };
  }
  const key = parsePrivateKey(credentials.privateKey);
  const { clientEmail } = credentials;
  return { type: "rsa", clientEmail, sign: (bytes) => sign("RSA-SHA256", bytes, key) };
}

function parsePrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    // The cause names the parser's trouble, never the text.
    throw new StorageError(
      "credentials",
      "the service account's private key is not a private key in PEM",
      { provider: "google", operation: "open" },
      error,
    );
  }
}
