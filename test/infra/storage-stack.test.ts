import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { EVERYTHING } from "./everything.ts";
import { resources, toText } from "./readable.ts";
import { synthesize } from "./stacks.ts";

const plain = synthesize();
const full = synthesize({
  settings: EVERYTHING,
  account: "111122223333",
  region: "eu-central-1",
});

const guard = (seconds: number) => ({
  PolicyDocument: {
    Statement: Match.arrayWith([
      Match.objectLike({
        Effect: "Deny",
        Principal: { AWS: "*" },
        Condition: {
          StringEquals: { "s3:authType": "REST-QUERY-STRING" },
          NumericGreaterThan: { "s3:signatureAge": seconds * 1000 },
        },
      }),
    ]),
  },
});

describe("the storage stack", () => {
  const buckets = plain.storage.findResources("AWS::S3::Bucket");

  test("keeps everything when it goes", () => {
    const all = plain.storage.toJSON() as {
      Resources: Record<string, { Type: string; DeletionPolicy?: string }>;
    };
    const kept = Object.values(all.Resources).filter(
      ({ Type }) => Type !== "AWS::S3::BucketPolicy",
    );
    expect(kept.length).toBe(6);
    for (const resource of kept) expect(resource.DeletionPolicy).toBe("Retain");
  });

  test("names buckets after the deployment, the account and the region", () => {
    const names = Object.values(buckets).map(({ Properties }) =>
      toText((Properties as { BucketName: unknown }).BucketName),
    );
    const prefix = "remote-storage-<AWS::AccountId>-<AWS::Region>";
    expect(names.toSorted()).toEqual(
      ["access-logs", "cache", "private", "public"].map((end) => `${prefix}-${end}`),
    );
  });

  test("opens no bucket to anybody", () => {
    for (const { Properties } of Object.values(buckets)) {
      expect(Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        LifecycleConfiguration: {
          Rules: expect.arrayContaining([
            expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
          ]) as unknown,
        },
      });
    }
  });

  test("refuses plain HTTP and old TLS on every bucket", () => {
    const policies = plain.storage.findResources("AWS::S3::BucketPolicy");
    expect(Object.keys(policies)).toHaveLength(4);
    for (const { Properties } of Object.values(policies)) {
      const text = JSON.stringify(Properties);
      expect(text).toContain('{"Bool":{"aws:SecureTransport":"false"}}');
      expect(text).toContain('{"NumericLessThan":{"s3:TlsVersion":1.2}}');
    }
  });

  test("refuses presigned URLs older than any that this service signs", () => {
    expect(resources(plain.storage, "AWS::S3::BucketPolicy", guard(604_800))).toHaveLength(2);
    expect(resources(full.storage, "AWS::S3::BucketPolicy", guard(43_200))).toHaveLength(2);
  });

  test("lets the pages that are named use signed URLs, and no others", () => {
    expect(JSON.stringify(plain.storage.toJSON())).not.toContain("CorsConfiguration");
    expect(
      resources(full.storage, "AWS::S3::Bucket", {
        CorsConfiguration: { CorsRules: [{ AllowedOrigins: ["https://app.example.com"] }] },
      }),
    ).toHaveLength(2);
  });

  test("encrypts with one's own key, but for the bucket that S3 could not write logs to then", () => {
    const key = EVERYTHING["DEPLOY_KMS_KEY"];
    const rule = { ServerSideEncryptionByDefault: { KMSMasterKeyID: key }, BucketKeyEnabled: true };
    expect(
      resources(full.storage, "AWS::S3::Bucket", {
        BucketEncryption: { ServerSideEncryptionConfiguration: [rule] },
      }),
    ).toHaveLength(3);
    expect(resources(full.storage, "AWS::SecretsManager::Secret", { KmsKeyId: key })).toEqual(
      resources(full.storage, "AWS::SecretsManager::Secret"),
    );
  });
});
