import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { bundle } from "../../../infra/bundle.ts";
import { openTestAccount } from "../../providers/azure/account.ts";
import { startAzurite } from "../../support/azurite.ts";
import { startSecretStore } from "../../support/lambda/secret-store.ts";
import type { S3Server } from "../s3-server.ts";
import { context, s3Config, sdk } from "../s3-subject.ts";

/** Two stores, the worker's code, and all that the migration stack would tell it. */
export interface Stage {
  readonly store: S3Server;
  readonly code: string;
  readonly remoteLinks: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of `cars`, of the service itself, of `blobs`. */
  readonly buckets: { readonly cars: Bucket; readonly own: Bucket; readonly blobs: Bucket };
  close(): Promise<void>;
}

export const OWN = "vision-private";

/**
 * With `cars` and the service's own bucket in the store, and `blobs` in Azurite.
 *
 * @param store ends with the stage.
 * @param moreLinks what remote_links.yml says beside these.
 */
export async function openStage(store: S3Server, moreLinks = ""): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "migrate-worker-"));
  const code = join(folder, "migrate");
  const entry = join(import.meta.dirname, "../../../functions/aws/migrate/main.ts");
  const [azurite] = await Promise.all([startAzurite(), bundle(entry, code)]);
  const { accessKey, secretKey } = store;
  const client = sdk(store);
  for (const Bucket of ["cars", OWN]) await client.createBucket({ Bucket });
  client.destroy();
  await azurite.createContainer("blobs");
  const remoteLinks = `
cars:
  provider: minio
  endpoint: ${store.endpoint}
  region: us-east-1
  access_key: ${accessKey}
  secret_key: ${secretKey}
  buckets: [cars]
blobs:
  provider: azure
  endpoint: ${azurite.endpoint.origin}${azurite.basePath}
  access_key: ${azurite.account}
  secret_key: ${azurite.keys.secretKey}
  buckets: [blobs]
${moreLinks}`;
  const secrets = await startSecretStore(new Map([["arn:links", remoteLinks]]));
  const s3 = openS3(s3Config(store), context);
  return {
    store,
    code,
    remoteLinks,
    env: {
      STORAGE_PROVIDER: "minio",
      STORAGE_ENDPOINT: store.endpoint,
      STORAGE_REGION: "us-east-1",
      STORAGE_ACCESS_KEY: accessKey,
      STORAGE_SECRET_KEY: secretKey,
      STORAGE_BUCKET_PREFIX: "vision",
      REMOTE_LINKS_SECRET: "arn:links",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      AWS_ACCESS_KEY_ID: "role",
      AWS_SECRET_ACCESS_KEY: "role-secret",
      AWS_SESSION_TOKEN: "role-token",
    },
    buckets: {
      cars: s3.bucket("cars"),
      own: s3.bucket(OWN),
      blobs: openTestAccount(azurite, "key").bucket("blobs"),
    },
    async close() {
      await Promise.all([secrets.close(), azurite.close(), store.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}
