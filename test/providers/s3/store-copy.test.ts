import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { describe, expect, test } from "vitest";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { configOf, contextOf } from "./config.ts";

const reach = (endpoint: string, credentials: S3Config["credentials"]): string | undefined =>
  openS3(configOf(endpoint, { region: "eu-central-1", credentials }), contextOf()).bucket("b")
    .storeCopy?.reach;

const ambient = { type: "ambient" } as const;
const role = { type: "role", role: "reader" } as const;
const keys = { type: "keys", accessKey: "one", secretKey: "hush-hush" } as const;

describe("a store copies by itself", () => {
  test.each([ambient, role, keys])("between all buckets of AWS, as $type", (credentials) => {
    const one = reach("s3.amazonaws.com", credentials);
    expect(reach("s3.eu-central-1.amazonaws.com", credentials)).toBe(one);
  });

  test("not for others: another store, role or key might mean another bucket by the same name", () => {
    const reaches = [
      reach("s3.amazonaws.com", ambient),
      reach("s3.amazonaws.com", role),
      reach("s3.amazonaws.com", { ...role, role: "other" }),
      reach("s3.amazonaws.com", { ...role, externalId: "some-thing" }),
      reach("s3.amazonaws.com", keys),
      reach("s3.amazonaws.com", { ...keys, accessKey: "two" }),
      reach("http://minio:9000", keys),
      reach("http://minio:9001", keys),
      reach("https://s3.amazonaws.com.evil.example", ambient),
    ];
    expect(new Set(reaches).size).toBe(reaches.length);
    expect(reaches.join(" ")).not.toContain("hush");
  });
});
