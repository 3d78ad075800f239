import type { Template } from "aws-cdk-lib/assertions";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { EVERYTHING } from "./everything.ts";
import { resources, rightsOf } from "./readable.ts";
import { type Source, synthesize } from "./stacks.ts";

const REMOTE_LINKS = `
cars: {provider: s3, region: eu-central-1, buckets: [cars, other]}
trucks: {provider: s3, region: eu-central-1, iam_role: reader, buckets: [trucks]}
blobs: {provider: azure, access_key: account, secret_key: Y2FuYXJ5, buckets: [scans]}
`;
const SIDES = { DEPLOY_MIGRATION_FROM: "cars://cars/2020/", DEPLOY_MIGRATION_TO: "private/te*m/" };

const migrating = (settings: Source["settings"], source: Source = {}): Template => {
  const { migration } = synthesize({
    settings: { STORAGE_BUCKET_PREFIX: "vision", ...SIDES, ...settings },
    remoteLinks: REMOTE_LINKS,
    ...source,
  });
  if (migration === undefined) throw new Error("there is no migration stack");
  return migration;
};

const plain = migrating({});

const s3 = "arn:<AWS::Partition>:s3:::";
const on = (resource: string, ...actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${action} on ${resource}`);
const states = (rest: string): string =>
  `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:${rest}`;
const FROM = ["s3:GetObject", "s3:GetObjectTagging"];
const TO = [
  "s3:AbortMultipartUpload",
  "s3:GetObject",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
  "s3:PutObjectTagging",
];
const secret =
  "arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:remote-storage/remote-links-??????";
const workerAlways = [
  ...on("<WorkerLog.Arn>", "logs:CreateLogStream", "logs:PutLogEvents"),
  ...on("*", "xray:PutTelemetryRecords", "xray:PutTraceSegments"),
  ...on(secret, "secretsmanager:GetSecretValue"),
];

describe("the migration stack", () => {
  test("is there only when somebody says what to copy where", () => {
    expect(synthesize()).not.toHaveProperty("migration");
  });

  test("gives the worker the two places, and no right to delete", () => {
    const expected = [
      ...workerAlways,
      ...on(`${s3}cars`, "s3:ListBucket"),
      ...on(`${s3}vision-private`, "s3:ListBucket"),
      ...on(`${s3}cars/2020/*`, ...FROM),
      ...on(`${s3}vision-private/te\${*}m/*`, ...TO),
    ];
    expect(rightsOf(plain, "Worker")).toEqual(expected.toSorted());
  });

  test("gives the worker a role to take, or nothing, where its own would not help", () => {
    const sides = {
      DEPLOY_MIGRATION_FROM: "trucks://trucks/",
      DEPLOY_MIGRATION_TO: "blobs://scans/",
    };
    const role = on("arn:<AWS::Partition>:iam::<AWS::AccountId>:role/reader", "sts:AssumeRole");
    expect(rightsOf(migrating(sides), "Worker")).toEqual([...workerAlways, ...role].toSorted());
  });

  test("reaches the own buckets by the role that owns them, if there is one", () => {
    const rights = rightsOf(migrating({ STORAGE_IAM_ROLE: "owner" }), "Worker");
    expect(rights.filter((right) => right.includes("vision-private"))).toEqual([]);
    expect(rights.join("\n")).toContain(
      "sts:AssumeRole on arn:<AWS::Partition>:iam::<AWS::AccountId>:role/owner",
    );
  });

  test("gives the state machine its folder, its worker and itself", () => {
    const expected = [
      ...on(
        `${s3}vision-private/migrations/*`,
        "s3:GetObject",
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ),
      ...on("<WorkerFunction.Arn>", "lambda:InvokeFunction"),
      ...on(states("stateMachine:remote-storage-migration"), "states:StartExecution"),
      ...[
        "execution:remote-storage-migration:*",
        "execution:remote-storage-migration/CopyAll:*",
      ].flatMap((own) =>
        on(
          states(own),
          "states:DescribeExecution",
          "states:StopExecution",
          "states:RedriveExecution",
        ),
      ),
      ...on(states("mapRun:remote-storage-migration/CopyAll:*"), "states:DescribeMapRun"),
      ...on("*", "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery"),
      ...on("*", "logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy"),
      ...on("*", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
      ...on("*", "xray:PutTraceSegments", "xray:PutTelemetryRecords"),
      ...on("*", "xray:GetSamplingRules", "xray:GetSamplingTargets"),
    ];
    expect(rightsOf(plain, "Copy")).toEqual(expected.toSorted());
    plain.resourceCountIs("AWS::IAM::Role", 2);
    plain.resourceCountIs("AWS::IAM::Policy", 2);
  });

  test("tells the worker what to copy where, and holds no key", () => {
    expect(
      resources(plain, "AWS::Lambda::Function", {
        Timeout: 900,
        Environment: {
          Variables: {
            MIGRATION_FROM: "cars://cars/2020/",
            MIGRATION_TO: "fs://vision-private/te*m/",
            REMOTE_LINKS_SECRET: "remote-storage/remote-links",
          },
        },
      }),
    ).toHaveLength(1);
    expect(
      JSON.stringify(migrating({ DEPLOY_MIGRATION_TO: "blobs://scans/" }).toJSON()),
    ).not.toContain("Y2FuYXJ5");
  });

  test("runs as many workers as it is told, and says when a migration failed", () => {
    const [machine] = resources(
      migrating({ DEPLOY_MIGRATION_WORKERS: "300", DEPLOY_MIGRATION_TOLERATED: "10" }),
      "AWS::StepFunctions::StateMachine",
      {
        LoggingConfiguration: { IncludeExecutionData: false },
        TracingConfiguration: { Enabled: true },
      },
    );
    const written = JSON.stringify(machine);
    expect(written).toContain(String.raw`\"MaxConcurrency\":300,\"ToleratedFailureCount\":10`);
    const topic = EVERYTHING["DEPLOY_ALARM_TOPIC"];
    const alarmed = migrating({ DEPLOY_ALARM_TOPIC: topic ?? "" });
    expect(resources(alarmed, "AWS::CloudWatch::Alarm", { AlarmActions: [topic] })).toHaveLength(1);
    expect(
      resources(plain, "AWS::CloudWatch::Alarm", { AlarmActions: Match.absent() }),
    ).toHaveLength(1);
  });

  test("bounds its roles and uses a key of one's own through S3 and secrets alone", () => {
    const { DEPLOY_KMS_KEY = "", DEPLOY_PERMISSIONS_BOUNDARY = "" } = EVERYTHING;
    const bounded = migrating({ DEPLOY_KMS_KEY, DEPLOY_PERMISSIONS_BOUNDARY });
    expect(
      resources(bounded, "AWS::IAM::Role", { PermissionsBoundary: DEPLOY_PERMISSIONS_BOUNDARY }),
    ).toHaveLength(2);
    for (const role of ["Worker", "Copy"]) {
      const rights = rightsOf(bounded, role).filter((right) => right.startsWith("kms:"));
      expect(rights).toHaveLength(2);
      for (const right of rights) expect(right).toContain("kms:ViaService");
    }
  });

  test("copies nothing that remote_links.yml does not list", () => {
    expect(() => migrating({ DEPLOY_MIGRATION_FROM: "cars://secret/" })).toThrow(
      "remote_links.yml does not list cars://secret/",
    );
  });
});
