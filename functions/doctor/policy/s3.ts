import type { BucketPlace } from "@remote-storage/core/links/bucket-place.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { placeName } from "../place-name.ts";
import type { Subject } from "../subject.ts";
import { compactJson } from "./compact-json.ts";
import type { Policy } from "./policy.ts";

/** What the service asks of its own objects. */
const OWN_ACTIONS = [
  "s3:GetObject",
  "s3:GetObjectVersion",
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
];
/** And of those that links name. */
const LINKED_ACTIONS = ["s3:GetObject", "s3:GetObjectVersion"];

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal?: { readonly AWS: string };
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringLike: { readonly "s3:prefix": readonly string[] } };
}

/**
 * The policy for whoever the keys or the role belong to; for buckets of another account (`foreign`) that
 * account's bucket policy too, since both sides must agree.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
 */
export function s3Policies(
  { name, own, places }: Pick<Subject, "name" | "own" | "places">,
  { region = "" }: S3Config,
  foreign: readonly string[],
): readonly Policy[] {
  const partition = partitionOf(region);
  const statements = (of: readonly BucketPlace[]) =>
    own ? ownStatements(of, partition) : linkedStatements(of, partition);
  const theirs = Map.groupBy(
    places.filter((place) => foreign.includes(placeName(place))),
    ({ bucket }) => bucket,
  );
  const bucketPolicies = [...theirs].map(([bucket, parts]) => ({
    title: `Bucket policy of ${bucket}, set by its owner (put the ARN of this service's user or role into Principal)`,
    text: policy(
      statements(parts).map((statement) =>
        Object.assign(
          { Principal: { AWS: `arn:${partition}:iam::<account>:<user or role>/<name>` } },
          statement,
        ),
      ),
    ),
  }));
  return [
    {
      title: `IAM policy for the user or role of ${own ? "the own storage" : name}: the least that suffices`,
      text: policy(statements(places)),
    },
    ...bucketPolicies,
  ];
}

function policy(statements: readonly Statement[]): string {
  return compactJson({ Version: "2012-10-17", Statement: statements });
}

function ownStatements(places: readonly BucketPlace[], partition: string): readonly Statement[] {
  const arns = places.map(({ bucket }) => `arn:${partition}:s3:::${bucket}`);
  return [
    { Sid: "List", Effect: "Allow", Action: ["s3:ListBucket"], Resource: arns },
    {
      Sid: "ReadWriteDelete",
      Effect: "Allow",
      Action: OWN_ACTIONS,
      Resource: arns.map((arn) => `${arn}/*`),
    },
  ];
}

function linkedStatements(places: readonly BucketPlace[], partition: string): readonly Statement[] {
  const byBucket = Map.groupBy(places, ({ bucket }) => bucket);
  const lists = [...byBucket].map(([bucket, parts], index) =>
    listStatement(`List${index + 1}`, `arn:${partition}:s3:::${bucket}`, parts),
  );
  const Resource = places.map(
    ({ bucket, prefix }) => `arn:${partition}:s3:::${bucket}/${literal(prefix)}*`,
  );
  return [...lists, { Sid: "Read", Effect: "Allow", Action: LINKED_ACTIONS, Resource }];
}

function listStatement(Sid: string, arn: string, parts: readonly BucketPlace[]): Statement {
  const prefixes = parts.map(({ prefix }) => prefix);
  const statement = { Sid, Effect: "Allow", Action: ["s3:ListBucket"], Resource: [arn] } as const;
  if (prefixes.includes("")) return statement;
  const patterns = prefixes.map((prefix) => `${literal(prefix)}*`);
  return { ...statement, Condition: { StringLike: { "s3:prefix": patterns } } };
}

/** Policies take `*`, `?` and `$` of a prefix for their own. */
function literal(prefix: string): string {
  return prefix.replaceAll(/[*?$]/g, "${$&}");
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
