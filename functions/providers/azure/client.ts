import type { TokenCredential } from "@azure/identity";
import type {
  BlobServiceClient,
  StoragePipelineOptions,
  StorageRetryOptions,
} from "@azure/storage-blob";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { AzureConfig } from "@remote-storage/core/storage/provider-config.ts";

/** The first try and two more, 0.2 s and 0.6 s apart: a host's own caller waits for the answer. */
const RETRIES: StorageRetryOptions = {
  maxTries: 3,
  retryDelayInMs: 200,
  maxRetryDelayInMs: 5000,
};

async function connect(
  config: AzureConfig,
  credential: TokenCredential | undefined,
): Promise<BlobServiceClient> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await import("@azure/storage-blob");
  const url = config.endpoint.origin + config.basePath;
  const options: StoragePipelineOptions = {
    retryOptions: RETRIES,
    userAgentOptions: { userAgentPrefix: "remote-storage" },
  };
  if (config.credentials.type === "keys") {
    const key = new StorageSharedKeyCredential(config.account, config.credentials.secretKey);
    return new BlobServiceClient(url, key, options);
  }
  if (config.endpoint.protocol !== "https:") {
    const message =
      "an identity signs in to Azure only over https; over http an account key is needed";
    throw new StorageError("credentials", message, { provider: "azure", operation: "connect" });
  }
  if (credential !== undefined) return new BlobServiceClient(url, credential, options);
  const { DefaultAzureCredential } = await import("@azure/identity");
  return new BlobServiceClient(url, new DefaultAzureCredential(), options);
}

/** The account's client, made at the first call: until then no SDK is loaded. */
export function createClient(
  config: AzureConfig,
  credential?: TokenCredential,
): () => Promise<BlobServiceClient> {
  let client: Promise<BlobServiceClient> | undefined;
  return () => (client ??= connect(config, credential));
}
