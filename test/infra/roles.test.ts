import { describe, expect, test } from "vitest";
import { rightsOf } from "./readable.ts";
import { synthesize } from "./stacks.ts";

const REMOTE_LINKS = `
cars: {provider: s3, region: eu-central-1, buckets: [cars, "shared/te*m?$/"]}
role: {provider: s3, region: eu-central-1, iam_role: reader, buckets: [x]}
arn: {provider: s3, region: eu-central-1, iam_role: "arn:aws:iam::444455556666:role/r", buckets: [y]}
keys: {provider: s3, region: eu-central-1, access_key: a, secret_key: b, buckets: [z]}
`;

const { access } = synthesize({
  settings: { STORAGE_BUCKET_PREFIX: "vision" },
  remoteLinks: REMOTE_LINKS,
});

const s3 = "arn:<AWS::Partition>:s3:::";
const READ = ["s3:GetObject", "s3:GetObjectVersion"];
const CHANGE = [
  ...READ,
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:GetObjectTagging",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
  "s3:PutObjectTagging",
];
const CACHE = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"];

const own = ["vision-public", "vision-private"];

const on = (resource: string, ...actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${action} on ${resource}`);
const secret = (name: string): readonly string[] =>
  on(
    `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:remote-storage/${name}-??????`,
    "secretsmanager:GetSecretValue",
  );
const always = (role: string): readonly string[] => [
  ...on(`<${role}Log.Arn>`, "logs:CreateLogStream", "logs:PutLogEvents"),
  ...on("*", "xray:PutTelemetryRecords", "xray:PutTraceSegments"),
];
/** What remote_links.yml names: its buckets and prefixes, its roles, and no more. */
const linked: readonly string[] = [
  ...on(`${s3}cars`, "s3:ListBucket"),
  ...on(`${s3}cars/*`, ...READ),
  // A prefix is text: what it has of a policy's own signs is escaped.
  ...on(`${s3}shared/te\${*}m\${?}\${$}/*`, ...READ),
  ...on("arn:<AWS::Partition>:iam::<AWS::AccountId>:role/reader", "sts:AssumeRole"),
  ...on("arn:aws:iam::444455556666:role/r", "sts:AssumeRole"),
];
const secrets = [...secret("remote-links"), ...secret("url-signing-keys")];

describe("each role's rights, all of them", () => {
  test("objects", () => {
    expect(rightsOf(access, "Objects")).toEqual(
      [
        ...always("Objects"),
        ...own.flatMap((bucket) => on(`${s3}${bucket}`, "s3:ListBucket")),
        ...own.flatMap((bucket) => on(`${s3}${bucket}/*`, ...CHANGE)),
        ...linked,
        ...secrets,
      ].toSorted(),
    );
  });

  test("images", () => {
    expect(rightsOf(access, "Images")).toEqual(
      [
        ...always("Images"),
        ...own.flatMap((bucket) => on(`${s3}${bucket}`, "s3:ListBucket")),
        ...own.flatMap((bucket) => on(`${s3}${bucket}/*`, ...READ)),
        ...on(`${s3}vision-cache`, "s3:ListBucket"),
        ...on(`${s3}vision-cache/*`, ...CACHE),
        ...linked,
        ...secrets,
      ].toSorted(),
    );
  });

  test("sweep", () => {
    expect(rightsOf(access, "Sweep")).toEqual(
      [
        ...always("Sweep"),
        ...on(`${s3}vision-cache`, "s3:ListBucket"),
        ...on(`${s3}vision-cache/*`, "s3:DeleteObject"),
      ].toSorted(),
    );
  });

  test("there is no other role, and none has more from elsewhere", () => {
    const roles = access.findResources("AWS::IAM::Role");
    expect(
      Object.keys(roles)
        .map((id) => id.replace(/[0-9A-F]{8}$/, ""))
        .toSorted(),
    ).toEqual(["ImagesRole", "ObjectsRole", "SweepRole"]);
    for (const { Properties } of Object.values(roles)) {
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
      expect(Properties).not.toHaveProperty("Policies");
      expect(Properties).toMatchObject({
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Action: "sts:AssumeRole",
              Effect: "Allow",
              Principal: { Service: "lambda.amazonaws.com" },
            },
          ],
        },
      });
    }
    access.resourceCountIs("AWS::IAM::Policy", 3);
  });
});

describe("a role for the own buckets", () => {
  const { access: withRole } = synthesize({ settings: { STORAGE_IAM_ROLE: "owner" } });
  const onOwn = (role: string) =>
    rightsOf(withRole, role).filter((right) => /-(public|private)(\/\*)?$/.test(right));

  test.each(["Objects", "Images"])("stands in for %s' own rights", (role) => {
    expect(onOwn(role)).toEqual([]);
    expect(rightsOf(withRole, role)).toContain(
      "sts:AssumeRole on arn:<AWS::Partition>:iam::<AWS::AccountId>:role/owner",
    );
  });
});

describe("a key of one's own", () => {
  const key = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012";
  const { access: withKey } = synthesize({ settings: { DEPLOY_KMS_KEY: key } });

  const uses = (role: string): readonly string[] =>
    rightsOf(withKey, role).filter((right) => right.startsWith("kms:"));

  test.each(["Objects", "Images"])("is used by %s through S3 and secrets alone", (role) => {
    expect(uses(role).map((right) => right.split(" ").slice(0, 3).join(" "))).toEqual([
      `kms:Decrypt on ${key}`,
      `kms:GenerateDataKey on ${key}`,
    ]);
    for (const right of uses(role)) expect(right).toContain("kms:ViaService");
  });

  test("is not used by the sweep, which opens nothing", () => {
    expect(uses("Sweep")).toEqual([]);
  });
});
