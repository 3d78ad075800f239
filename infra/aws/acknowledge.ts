import { Aws, Validations } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";

/**
 * Says why a finding of cdk-nag stands, by its exact id, for one construct and what is in it. A test
 * takes each of these away and sees the finding come back.
 */
export function acknowledge(
  construct: IConstruct,
  reasons: Readonly<Record<string, string>>,
): void {
  const rules = Object.entries(reasons).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...rules);
}

/** Wildcards that are acknowledged wherever they stand, and why; any other one is a finding. */
const WILDCARDS: readonly { readonly shape: RegExp; readonly reason: string }[] = [
  {
    shape: /:s3:::[^/*]+\/.*\*$/,
    reason: "Objects of one named bucket, or below one named prefix; users choose their keys",
  },
  {
    shape: /:states:[^*]+:(execution|mapRun):[^*]+:\*$/,
    reason: "Runs of one named state machine, which Step Functions itself gives their names",
  },
];

/** Acknowledges that rights on objects and on runs of a state machine end in a wildcard. */
export function acknowledgeWildcards(
  construct: IConstruct,
  statements: readonly PolicyStatement[],
): void {
  for (const arn of new Set(statements.flatMap(({ resources }) => resources))) {
    const known = WILDCARDS.find(({ shape }) => shape.test(arn));
    if (known !== undefined) {
      acknowledge(construct, {
        [`AwsSolutions-IAM5[Resource::${toFindingId(arn)}]`]: known.reason,
      });
    }
  }
}

/** Findings show what only a deployment knows, and `${…}`, between angle brackets. */
const toFindingId = (arn: string): string =>
  arn
    .replaceAll(Aws.PARTITION, "<AWS::Partition>")
    .replaceAll(Aws.ACCOUNT_ID, "<AWS::AccountId>")
    .replaceAll(Aws.REGION, "<AWS::Region>")
    .replaceAll(/\$\{([*?$])\}/g, "<$1>");
