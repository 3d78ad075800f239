import type { RolePlace } from "../storage/provider-config.ts";

/** Characters that STS takes at most. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const MAX_SESSION_POLICY = 2048;

/** What is done to objects: all that this project ever asks for, so that a role that may more lends no more. */
const OBJECT_ACTIONS = [
  "s3:GetObject",
  "s3:GetObjectVersion",
  "s3:GetObjectTagging",
  "s3:PutObject",
  "s3:PutObjectTagging",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
];

/** What is done to a bucket that is given as a whole; `doctor` reads and sets its CORS rules. */
const BUCKET_ACTIONS = [
  "s3:ListBucket",
  "s3:ListBucketMultipartUploads",
  "s3:GetBucketCORS",
  "s3:PutBucketCORS",
];

/** What may be listed below a prefix. */
const PREFIX_ACTIONS = ["s3:ListBucket", "s3:ListBucketMultipartUploads"];

/** Objects encrypted with a customer's key are read and written through S3 with the caller's right to the key. */
const ENCRYPTION = {
  Effect: "Allow",
  Action: ["kms:Decrypt", "kms:GenerateDataKey"],
  Resource: "*",
  Condition: { StringLike: { "kms:ViaService": "s3.*" } },
};

export interface SessionTarget {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** Whether the store is AWS itself: others do not know its key service. */
  readonly aws: boolean;
}

/**
 * The policy that narrows a role's session to buckets and prefixes. It grants nothing: the session may
 * do what both the role and this allow. Places within other places are left out, buckets with the same
 * prefixes share a statement. The result may be longer than {@link MAX_SESSION_POLICY}.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export function sessionPolicy(places: readonly RolePlace[], target: SessionTarget): string {
  const outer = places.filter((place) => !places.some((other) => contains(other, place)));
  const arn = (path: string): string => `arn:${target.partition}:s3:::${path}`;
  const allow = (Action: readonly string[], paths: readonly string[]) => ({
    Effect: "Allow",
    Action,
    Resource: paths.map(arn),
  });
  const whole = outer.filter(({ prefix }) => prefix === "").map(({ bucket }) => literal(bucket));
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      allow(
        OBJECT_ACTIONS,
        outer.map(({ bucket, prefix }) => `${literal(bucket)}/${literal(prefix)}*`),
      ),
      ...(whole.length > 0 ? [allow(BUCKET_ACTIONS, whole)] : []),
      ...byPrefixes(outer).map(({ buckets, patterns }) =>
        Object.assign(allow(PREFIX_ACTIONS, buckets), {
          Condition: { StringLike: { "s3:prefix": patterns } },
        }),
      ),
      ...(target.aws ? [ENCRYPTION] : []),
    ],
  });
}

function contains(outer: RolePlace, inner: RolePlace): boolean {
  return (
    outer.bucket === inner.bucket &&
    outer.prefix !== inner.prefix &&
    inner.prefix.startsWith(outer.prefix)
  );
}

/** Buckets of which only parts are given, those with the same parts together. */
function byPrefixes(places: readonly RolePlace[]) {
  const parts = Map.groupBy(
    places.filter(({ prefix }) => prefix !== ""),
    ({ bucket }) => literal(bucket),
  );
  const buckets = Array.from(parts, ([bucket, own]) => ({
    bucket,
    patterns: own.map(({ prefix }) => `${literal(prefix)}*`).toSorted(),
  }));
  return Map.groupBy(buckets, ({ patterns }) => patterns.join("\n"))
    .values()
    .map((alike) => ({
      buckets: alike.map(({ bucket }) => bucket),
      patterns: alike[0]?.patterns ?? [],
    }))
    .toArray();
}

/**
 * A name may hold what policies take for wildcards and variables.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
 */
function literal(name: string): string {
  return name.replace(/[*?$]/g, "${$&}");
}
