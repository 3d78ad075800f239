import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { createConnect } from "./client.ts";
import { credentialSource } from "./credential-source.ts";
import { DEFAULT_REGION, regionalOrigin } from "./endpoint.ts";
import { toStorageError } from "./errors.ts";

/**
 * The names of the buckets that the account of the credentials has.
 *
 * @throws StorageError, `denied` without the right `s3:ListAllMyBuckets`.
 */
export async function listOwnBuckets(
  config: S3Config,
  context: ProviderContext,
): Promise<readonly string[]> {
  const region = config.region ?? DEFAULT_REGION;
  const origin = regionalOrigin(config.endpoint, region);
  const s3 = await createConnect(credentialSource(config, context))({
    origin,
    region,
    pathStyle: true,
  });
  try {
    const { Buckets = [] } = await s3.listBuckets({});
    return Buckets.flatMap(({ Name }) => (Name === undefined ? [] : [Name]));
  } catch (error) {
    throw toStorageError(error, { provider: "minio", operation: "list the buckets" });
  } finally {
    s3.destroy();
  }
}
