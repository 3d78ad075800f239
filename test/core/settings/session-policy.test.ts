import { describe, expect, test } from "vitest";
import {
  MAX_SESSION_POLICY,
  sessionPolicy,
} from "../../../functions/core/settings/session-policy.ts";

const other = { partition: "aws", aws: false };

/** `bucket` or `bucket/prefix/`, as remote_links.yml has them. */
function policyOf(texts: readonly string[], target = other) {
  const places = texts.map((text) => {
    const [, bucket = "", prefix = ""] = /^([^/]*)\/?(.*)$/.exec(text) ?? [];
    return { bucket, prefix };
  });
  return JSON.parse(sessionPolicy(places, target)).Statement;
}

describe("the policy of a role's session", () => {
  test("a whole bucket: its objects and its listing", () => {
    expect(policyOf(["cars"])).toEqual([
      {
        Effect: "Allow",
        Action: expect.arrayContaining(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]),
        Resource: ["arn:aws:s3:::cars/*"],
      },
      {
        Effect: "Allow",
        Action: expect.arrayContaining(["s3:ListBucket"]),
        Resource: ["arn:aws:s3:::cars"],
      },
    ]);
  });

  test("a prefix: what is below it, and listing nothing else", () => {
    expect(policyOf(["shared/team-a/"])).toEqual([
      expect.objectContaining({ Resource: ["arn:aws:s3:::shared/team-a/*"] }),
      {
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: ["arn:aws:s3:::shared"],
        Condition: { StringLike: { "s3:prefix": ["team-a/*"] } },
      },
    ]);
  });

  test("never every action, and no change of rights", () => {
    const text = JSON.stringify(policyOf(["cars", "shared/a/"]));
    expect(text).not.toMatch(/"(s3:)?\*"|Acl|Policy|DeleteBucket|CreateBucket/);
  });

  test("at AWS the right to a key is lent through S3 alone, elsewhere not at all", () => {
    expect(policyOf(["cars"], { partition: "aws-cn", aws: true })).toEqual([
      expect.objectContaining({ Resource: ["arn:aws-cn:s3:::cars/*"] }),
      expect.objectContaining({ Resource: ["arn:aws-cn:s3:::cars"] }),
      {
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringLike: { "kms:ViaService": "s3.*" } },
      },
    ]);
    expect(JSON.stringify(policyOf(["cars"]))).not.toContain("kms");
  });

  test("what policies take for wildcards and variables is literal in a name", () => {
    const [objects, listing] = policyOf(["b*/${aws:userid}?/"]);
    expect(objects.Resource).toEqual(["arn:aws:s3:::b${*}/${$}{aws:userid}${?}/*"]);
    expect(listing.Condition.StringLike["s3:prefix"]).toEqual(["${$}{aws:userid}${?}/*"]);
  });

  test("places within others are left out, and buckets with the same prefixes share a statement", () => {
    expect(policyOf(["a", "a/x/", "b/p/", "b/p/q/", "c/q/", "c/p/", "d/p/"])).toEqual([
      expect.objectContaining({
        Resource: ["a/*", "b/p/*", "c/q/*", "c/p/*", "d/p/*"].map((path) => `arn:aws:s3:::${path}`),
      }),
      expect.objectContaining({ Resource: ["arn:aws:s3:::a"] }),
      expect.objectContaining({
        Resource: ["arn:aws:s3:::b", "arn:aws:s3:::d"],
        Condition: { StringLike: { "s3:prefix": ["p/*"] } },
      }),
      expect.objectContaining({
        Resource: ["arn:aws:s3:::c"],
        Condition: { StringLike: { "s3:prefix": ["p/*", "q/*"] } },
      }),
    ]);
  });

  test("two buckets with the longest names take half of what STS allows", () => {
    const places = ["a", "b"].map((letter) => ({ bucket: letter.repeat(63), prefix: "" }));
    const policy = sessionPolicy(places, { partition: "aws-us-gov", aws: true });
    expect(policy.length).toBeLessThan(MAX_SESSION_POLICY / 2);
  });
});
