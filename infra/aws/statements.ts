import { Aws } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Place } from "../linked-places.ts";

/** A missing object is told from a forbidden one only to those who may list the bucket. */
const LIST = ["s3:ListBucket"];
const READ = ["s3:GetObject", "s3:GetObjectVersion"];
/** Copies take tags along, which needs both tagging actions. */
const CHANGE = [
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
  "s3:GetObjectTagging",
  "s3:PutObjectTagging",
];
const CACHE = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];
const SWEEP = ["s3:DeleteObject"];

const bucketArn = (bucket: string): string => `arn:${Aws.PARTITION}:s3:::${bucket}`;

/** `*`, `?` and `$` mean something in a policy; in a prefix they are letters like any other. */
const literal = (text: string): string => text.replaceAll(/[*?$]/g, (sign) => `\${${sign}}`);

export const objectsArn = ({ bucket, prefix }: Place): string =>
  `${bucketArn(bucket)}/${literal(prefix)}*`;

export const allow = (actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

const whole = (bucket: string): Place => ({ bucket, prefix: "" });

/** Reading whole buckets. */
export const readBuckets = (buckets: readonly string[]): readonly PolicyStatement[] => [
  allow(LIST, buckets.map(bucketArn)),
  allow(
    READ,
    buckets.map((bucket) => objectsArn(whole(bucket))),
  ),
];

/** All that the service does with its own buckets. */
export const changeBuckets = (buckets: readonly string[]): readonly PolicyStatement[] => [
  allow(LIST, buckets.map(bucketArn)),
  allow(
    [...READ, ...CHANGE],
    buckets.map((bucket) => objectsArn(whole(bucket))),
  ),
];

/** The cache bucket holds what can be made anew. */
export const useCache = (bucket: string): readonly PolicyStatement[] => [
  allow(LIST, [bucketArn(bucket)]),
  allow(CACHE, [objectsArn(whole(bucket))]),
];

/** A sweep reads nothing of what it removes. */
export const sweepCache = (bucket: string): readonly PolicyStatement[] => [
  allow(LIST, [bucketArn(bucket)]),
  allow(SWEEP, [objectsArn(whole(bucket))]),
];

/**
 * Reading what links point into. Below a prefix nothing can be listed, so there a missing object
 * looks forbidden: S3 asks for the right to list the whole bucket.
 */
export function readPlaces(places: readonly Place[]): readonly PolicyStatement[] {
  if (places.length === 0) return [];
  const listed = places.filter(({ prefix }) => prefix === "");
  const read = allow(READ, places.map(objectsArn));
  return listed.length === 0
    ? [read]
    : [
        allow(
          LIST,
          listed.map(({ bucket }) => bucketArn(bucket)),
        ),
        read,
      ];
}

/** A copy takes tags along, and looks whether the object has changed. */
const COPY_FROM = ["s3:GetObject", "s3:GetObjectTagging"];
/** Whoever copies must be able to compare what lies there, and never deletes. */
const COPY_TO = [
  "s3:GetObject",
  "s3:PutObject",
  "s3:PutObjectTagging",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
];

/** Copying from the first places to the second ones: only who may list a bucket is told that nothing is there. */
export const copyPlaces = (
  from: readonly Place[],
  to: readonly Place[],
): readonly PolicyStatement[] =>
  [
    allow(
      LIST,
      [...from, ...to].map(({ bucket }) => bucketArn(bucket)),
    ),
    allow(COPY_FROM, from.map(objectsArn)),
    allow(COPY_TO, to.map(objectsArn)),
  ].filter(({ resources }) => resources.length > 0);

/** Taking the roles that are named; a bare name is a role of the own account. */
export function assumeRoles(roles: readonly string[]): readonly PolicyStatement[] {
  if (roles.length === 0) return [];
  const arns = roles.map((role) =>
    role.startsWith("arn:") ? role : `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${role}`,
  );
  return [allow(["sts:AssumeRole"], arns)];
}

/** Six characters of chance end a secret's ARN; a name ends before them. */
const secretArn = (name: string): string =>
  `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:${name}-??????`;

export const readSecrets = (names: readonly string[]): readonly PolicyStatement[] => [
  allow(["secretsmanager:GetSecretValue"], names.map(secretArn)),
];

/** Encrypting and decrypting with one's own key, through S3 and Secrets Manager alone. */
export const useKey = (arn: string | undefined): readonly PolicyStatement[] =>
  arn === undefined
    ? []
    : [
        new PolicyStatement({
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: [arn],
          conditions: {
            StringEquals: {
              "kms:ViaService": ["s3", "secretsmanager"].map(
                (service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`,
              ),
            },
          },
        }),
      ];
