import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Credentials } from "./credentials.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Keys that stand in the environment itself, as on Lambda: no SDK is needed to read them. A profile
 * that is named goes before them, as in the SDK.
 */
export function environmentCredentials(env: Environment): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (env["AWS_PROFILE"] || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  const end = Date.parse(env["AWS_CREDENTIAL_EXPIRATION"] ?? "");
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    ...(!Number.isNaN(end) && { expiresAt: new Date(end) }),
  };
}

/**
 * Asks the AWS SDK's own chain: environment, shared files, web identity, container, instance
 * metadata. Throws StorageError `credentials` when none of them has any.
 *
 * @param region where a web identity or a profile's role is exchanged for credentials.
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html
 */
export async function loadAmbient(region: string): Promise<Credentials> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client({ region });
  try {
    const identity = await client.config.credentials();
    const { accessKeyId, secretAccessKey, sessionToken } = identity;
    const expiresAt = endOf(identity);
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  } catch (cause) {
    throw new StorageError(
      "credentials",
      "no AWS credentials were found: configure an access key and its secret key, or run where a role is attached",
      { provider: "minio", operation: "credentials" },
      cause,
    );
  } finally {
    client.destroy();
  }
}

/** While instance metadata is out of order, the SDK puts the end off by itself; stores do not know that. */
function endOf(identity: { readonly expiration?: Date }): Date | undefined {
  const original = "originalExpiration" in identity ? identity.originalExpiration : undefined;
  return original instanceof Date ? original : identity.expiration;
}
