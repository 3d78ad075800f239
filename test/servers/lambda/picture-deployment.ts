import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3 } from "@aws-sdk/client-s3";
import { startMinio } from "../minio.ts";
import { sdk } from "../s3-subject.ts";
import { bundleInto, type Deployment } from "./deployment.ts";

/** The functions of pictures beside a store of objects, without secrets: what they do with caches and time. */
export interface PictureDeployment extends Pick<Deployment, "code" | "env"> {
  /** The store's address. */
  readonly endpoint: string;
  readonly client: S3;
  /** Names of what lies in the cache's bucket below a prefix. */
  cached(prefix: string): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export const TOKEN = "token-of-the-pictures-0123456789";
export const PRIVATE = "remote-storage-private";
const CACHE = "remote-storage-cache";

export async function deployPictures(): Promise<PictureDeployment> {
  const folder = await mkdtemp(join(tmpdir(), "lambda-pictures-"));
  const [store, code] = await Promise.all([startMinio(), bundleInto(folder)]);
  const client = sdk(store);
  for (const Bucket of ["remote-storage-public", PRIVATE, CACHE]) {
    await client.createBucket({ Bucket });
  }
  return {
    code,
    endpoint: store.endpoint,
    client,
    env: {
      STORAGE_PROVIDER: "minio",
      STORAGE_ENDPOINT: store.endpoint,
      STORAGE_REGION: "us-east-1",
      STORAGE_ACCESS_KEY: store.accessKey,
      STORAGE_SECRET_KEY: store.secretKey,
      CACHE_BUCKET: CACHE,
      API_TOKENS: TOKEN,
      URL_SIGNING_KEYS: "k1:signing-key-of-the-pictures",
    },
    async cached(Prefix) {
      const { Contents = [] } = await client.listObjectsV2({ Bucket: CACHE, Prefix });
      return Contents.map(({ Key = "" }) => Key);
    },
    async remove() {
      client.destroy();
      await store.stop();
      await rm(folder, { recursive: true });
    },
  };
}
