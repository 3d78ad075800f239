import type { CORSRule } from "@aws-sdk/client-s3";
import type { CorsRule, CorsRules } from "@remote-storage/core/storage/cors-rule.ts";
import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { createConnect } from "./client.ts";
import { credentialSource } from "./credential-source.ts";
import { createRegions } from "./region.ts";
import { createStore } from "./store.ts";

/**
 * The CORS configuration of a bucket. Needs `s3:GetBucketCORS` and `s3:PutBucketCORS`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */
export function openCors(config: S3Config, context: ProviderContext, bucket: string): CorsRules {
  const regions = createRegions(config, context);
  const connect = createConnect(credentialSource(config, context));
  const store = createStore({ config, regions, connect }, bucket);
  return {
    read: () =>
      store.run({ operation: "read the CORS rules" }, async (s3, http) => {
        try {
          const { CORSRules = [] } = await s3.getBucketCors({ Bucket: bucket }, http);
          return CORSRules.map(fromS3);
        } catch (error) {
          if (error instanceof Error && NONE.test(error.name)) return [];
          throw error;
        }
      }),
    write: (rules) =>
      store.run({ operation: "write the CORS rules" }, async (s3, http) => {
        const CORSConfiguration = { CORSRules: rules.map(toS3) };
        await s3.putBucketCors({ Bucket: bucket, CORSConfiguration }, http);
      }),
  };
}

/** What AWS and its kin call a bucket without rules. */
const NONE = /^NoSuchC(ORS|ors)Configuration(Error)?$/;

function fromS3(rule: CORSRule): CorsRule {
  return {
    ...(rule.ID !== undefined && { id: rule.ID }),
    origins: rule.AllowedOrigins ?? [],
    methods: rule.AllowedMethods ?? [],
    headers: rule.AllowedHeaders ?? [],
    exposed: rule.ExposeHeaders ?? [],
    ...(rule.MaxAgeSeconds !== undefined && { maxAge: rule.MaxAgeSeconds }),
  };
}

function toS3({ id, origins, methods, headers, exposed, maxAge }: CorsRule): CORSRule {
  return {
    ...(id !== undefined && { ID: id }),
    AllowedOrigins: [...origins],
    AllowedMethods: [...methods],
    AllowedHeaders: [...headers],
    ExposeHeaders: [...exposed],
    ...(maxAge !== undefined && { MaxAgeSeconds: maxAge }),
  };
}
