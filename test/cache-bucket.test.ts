import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import { describe, expect, test } from "vitest";
import { openCacheBucket } from "../functions/cache-bucket.ts";

const now = () => new Date("2030-01-01T00:00:00Z");
const S3 = { STORAGE_PROVIDER: "minio", STORAGE_REGION: "eu-central-1" };
const AMBIENT = { AWS_ACCESS_KEY_ID: "AKIAFUNCTION", AWS_SECRET_ACCESS_KEY: "secret" };

/** Whoever would assume a role fails. */
const fetch = () => Promise.reject(new Error("no network here"));

async function open(env: Readonly<Record<string, string>>) {
  const settings = parseSettings(env, () => "");
  return openCacheBucket(settings, env, { now, fetch });
}

describe("the bucket of a function's caches", () => {
  test("is the one that CACHE_BUCKET names", async () => {
    const bucket = await open({ ...S3, ...AMBIENT, CACHE_BUCKET: "vision-cache" });
    expect(bucket.name).toBe("vision-cache");
  });

  test("is reached by the function's own identity, whatever role the own buckets take", async () => {
    const role = { STORAGE_IAM_ROLE: "arn:aws:iam::444455556666:role/reader" };
    const bucket = await open({ ...S3, ...AMBIENT, ...role, CACHE_BUCKET: "vision-cache" });
    const key = "previews/a" as Parameters<typeof bucket.stat>[0];
    const { url } = await bucket.sign({ method: "GET", key, expires: 60 });
    expect(url).toContain("X-Amz-Credential=AKIAFUNCTION");
  });

  test.each([
    ["no name", { ...S3, ...AMBIENT }, "CACHE_BUCKET is not set"],
    ["a disk", { CACHE_BUCKET: "vision-cache" }, "STORAGE_PROVIDER is not set"],
  ])("with %s there is none, and the error says what is missing", async (_, env, message) => {
    await expect(open(env)).rejects.toThrow(message);
  });
});
