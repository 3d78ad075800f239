import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import type { S3Server } from "./s3-server.ts";
import { s3Config, sdk } from "./s3-subject.ts";

/** The bucket that is examined. */
export const BUCKET = "doctor";

/** An origin whose pages want to reach the bucket. */
export const APP = "https://app.example.com";

/** What is looked at in every examination of an S3 bucket. */
export const ALL = [
  "address",
  "api",
  "clock",
  "signed host",
  "list",
  "read",
  "write",
  "uploads",
  "remove",
];

/** How the server is reached, with the bucket made. */
export async function withBucket(server: S3Server, region?: string): Promise<S3Config> {
  const owner = sdk(server, region);
  await owner.createBucket({ Bucket: BUCKET });
  owner.destroy();
  return s3Config(server, region === undefined ? {} : { region });
}
