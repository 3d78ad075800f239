import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Credentials } from "./credentials.ts";
import { DEFAULT_REGION } from "./endpoint.ts";

/**
 * Asks the AWS SDK's own chain: environment, shared files, web identity, container, instance
 * metadata. Throws StorageError `credentials` when none of them has any.
 *
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html
 */
export async function loadAmbient(): Promise<Credentials> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client({ region: DEFAULT_REGION });
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } =
      await client.config.credentials();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      ...(expiration !== undefined && { expiresAt: expiration }),
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
