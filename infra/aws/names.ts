import { Aws } from "aws-cdk-lib";
import type { Deployment } from "../settings.ts";

/**
 * Names that both stacks know, so that neither has to export anything to the other: an export that is in
 * use cannot be changed, and what is kept when a stack goes is found again by its name.
 */
export interface Names {
  readonly prefix: string;
  readonly buckets: {
    readonly public: string;
    readonly private: string;
    readonly cache: string;
    readonly accessLogs: string;
  };
  readonly secrets: {
    readonly remoteLinks: string;
    readonly signingKeys: string;
    readonly apiTokens: string;
  };
}

/** Where manifests and reports of migrations lie in the private bucket. */
export const MIGRATIONS = "migrations/";

/** The names of S3 are the whole world's: without a prefix of one's own they carry account and region. */
export function toNames({ name, bucketPrefix }: Deployment): Names {
  const prefix = bucketPrefix ?? `${name}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
  return {
    prefix,
    buckets: {
      public: `${prefix}-public`,
      private: `${prefix}-private`,
      cache: `${prefix}-cache`,
      accessLogs: `${prefix}-access-logs`,
    },
    secrets: toSecretNames(name),
  };
}

/** Names of secrets are an account's and region's own. */
export const toSecretNames = (deploymentName: string): Names["secrets"] => ({
  remoteLinks: `${deploymentName}/remote-links`,
  signingKeys: `${deploymentName}/url-signing-keys`,
  apiTokens: `${deploymentName}/api-tokens`,
});
