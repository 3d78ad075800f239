import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  HttpMethods,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/** Long enough for the slowest upload in parts, whose parts are paid for until then. */
const UNFINISHED_UPLOAD_DAYS = 7;
/** How long an object that was overwritten or deleted can be brought back. */
const REPLACED_DAYS = 30;
const LOG_DAYS = 90;
const PREFLIGHT_SECONDS = 3600;

/** What every bucket here has in common: closed, over TLS 1.2, kept when the stack goes. */
const LOCKED: BucketProps = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
};

const ABORT_UNFINISHED = {
  id: "abort-unfinished-uploads",
  abortIncompleteMultipartUploadAfter: Duration.days(UNFINISHED_UPLOAD_DAYS),
};

/** Where the other buckets write who asked for what. S3 delivers logs to no bucket with a KMS key. */
export class AccessLogBucket extends Bucket {
  constructor(scope: Construct, id: string, bucketName: string) {
    super(scope, id, {
      ...LOCKED,
      bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: "expire", expiration: Duration.days(LOG_DAYS) }, ABORT_UNFINISHED],
    });
  }

  /** Never undefined, so that under `exactOptionalPropertyTypes` it is what the other buckets take. */
  override get isWebsite(): boolean {
    return false;
  }
}

export interface DataBucketOptions {
  readonly bucketName: string;
  readonly accessLogs: AccessLogBucket;
  readonly key: IKey | undefined;
}

/** A bucket that can be made anew from others: nothing of it is worth a second version. */
export function addCacheBucket(scope: Construct, options: DataBucketOptions): Bucket {
  return new Bucket(scope, "Cache", {
    ...LOCKED,
    ...toProps(options, "cache/"),
    lifecycleRules: [ABORT_UNFINISHED],
  });
}

/**
 * A bucket of users' objects: versioned, open to pages of `corsOrigins`, and closed to presigned URLs
 * older than `maxSeconds`, whoever signed them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export function addDataBucket(
  scope: Construct,
  id: "Public" | "Private",
  options: DataBucketOptions & {
    readonly corsOrigins: readonly string[];
    readonly maxSeconds: number;
  },
): Bucket {
  const bucket = new Bucket(scope, id, {
    ...LOCKED,
    ...toProps(options, `${id.toLowerCase()}/`),
    versioned: true,
    lifecycleRules: [
      ABORT_UNFINISHED,
      { id: "expire-replaced", noncurrentVersionExpiration: Duration.days(REPLACED_DAYS) },
    ],
    cors: options.corsOrigins.length === 0 ? [] : [toCorsRule(options.corsOrigins)],
  });
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: "DenyOldSignatures",
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["s3:*"],
      resources: [bucket.arnForObjects("*")],
      conditions: {
        StringEquals: { "s3:authType": "REST-QUERY-STRING" },
        NumericGreaterThan: { "s3:signatureAge": options.maxSeconds * 1000 },
      },
    }),
  );
  return bucket;
}

const toProps = ({ bucketName, accessLogs, key }: DataBucketOptions, folder: string) => ({
  bucketName,
  serverAccessLogsBucket: accessLogs,
  serverAccessLogsPrefix: folder,
  ...(key === undefined
    ? { encryption: BucketEncryption.S3_MANAGED }
    : {
        encryption: BucketEncryption.KMS,
        encryptionKey: key,
        bucketKeyEnabled: true,
      }),
});

const toCorsRule = (origins: readonly string[]) => ({
  allowedOrigins: [...origins],
  allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT, HttpMethods.DELETE],
  allowedHeaders: ["*"],
  exposedHeaders: ["ETag", "Content-Range", "Accept-Ranges", "x-amz-version-id"],
  maxAge: PREFLIGHT_SECONDS,
});
