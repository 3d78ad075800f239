import { S3 } from "@aws-sdk/client-s3";
import { parseEndpoint } from "@remote-storage/core/settings/endpoint.ts";
import type {
  Endpoint,
  ProviderContext,
  S3Config,
} from "@remote-storage/core/storage/provider-config.ts";
import { openS3 } from "../../functions/providers/s3/provider.ts";
import { createRawSend } from "../providers/conformance/raw-send.ts";
import type { Subject, Traits } from "../providers/conformance/subject.ts";
import type { S3Server } from "./s3-server.ts";

export const context: ProviderContext = {
  now: () => new Date(),
  policy: { maxExpires: 604_800, window: 0 },
  fetch,
};

export function endpointOf(url: string): Endpoint {
  const parsed = parseEndpoint(url);
  if ("problem" in parsed) throw new Error(`${url}: ${parsed.problem}`);
  return parsed.endpoint;
}

export function s3Config(server: S3Server, more: Partial<S3Config> = {}): S3Config {
  return {
    kind: "minio",
    endpoint: endpointOf(server.endpoint),
    credentials: { type: "keys", accessKey: server.accessKey, secretKey: server.secretKey },
    ...more,
  };
}

/** The SDK itself, for what the provider does not do: making buckets, roles and policies. */
export function sdk(server: S3Server, region = "us-east-1"): S3 {
  return new S3({
    region,
    endpoint: server.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
  });
}

/** The provider on a server, with two fresh buckets. */
export async function s3Subject(
  server: S3Server,
  traits: Traits,
  more: Partial<S3Config> = {},
): Promise<Subject> {
  const config = s3Config(server, more);
  const [first, second] = ["conformance", "conformance-second"];
  const client = sdk(server);
  for (const Bucket of [first, second]) await client.createBucket({ Bucket });
  client.destroy();
  const provider = openS3(config, context);
  return {
    bucket: provider.bucket(first),
    second: provider.bucket(second),
    missing: provider.bucket("conformance-missing"),
    at: (date) => openS3(config, { ...context, now: () => date }).bucket(first),
    fetch,
    rawSend: createRawSend(),
    traits,
    close: () => server.stop(),
  };
}
