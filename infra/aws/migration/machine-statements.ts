import { Aws } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { allow, objectsArn } from "../statements.ts";

/** All that the state machine does itself: it reads manifests, writes reports, and runs the workers. */
export const runMigrations = (
  machine: string,
  worker: string,
  place: { readonly bucket: string; readonly prefix: string },
): readonly PolicyStatement[] => [
  allow(
    ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    [objectsArn(place)],
  ),
  allow(["lambda:InvokeFunction"], [worker]),
  // A Distributed Map starts each batch as an execution of the same machine.
  allow(["states:StartExecution"], [toArn("stateMachine", machine)]),
  allow(
    ["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"],
    [toArn("execution", `${machine}:*`), toArn("execution", `${machine}/CopyAll:*`)],
  ),
  allow(["states:DescribeMapRun"], [toArn("mapRun", `${machine}/CopyAll:*`)]),
];

/**
 * Log deliveries and their policies know no resources.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
 */
export const deliverLogs = (): PolicyStatement =>
  allow(
    [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    ["*"],
  );

/** X-Ray knows no resources either. */
export const trace = (): PolicyStatement =>
  allow(
    [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
    ],
    ["*"],
  );

const toArn = (kind: string, name: string): string =>
  `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${kind}:${name}`;
