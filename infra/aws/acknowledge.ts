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

/** The objects of one bucket, or those below a prefix of it: no other wildcard is acknowledged. */
const OBJECTS = /:s3:::[^/*]+\/.*\*$/;

/** Acknowledges that rights on objects end in a wildcard: keys are the users' own. */
export function acknowledgeObjects(
  construct: IConstruct,
  statements: readonly PolicyStatement[],
): void {
  const arns = new Set(
    statements.flatMap(({ resources }) => resources).filter((arn) => OBJECTS.test(arn)),
  );
  for (const arn of arns) {
    acknowledge(construct, {
      [`AwsSolutions-IAM5[Resource::${toFindingId(arn)}]`]:
        "Objects of one named bucket, or below one named prefix; users choose their keys",
    });
  }
}

/** Findings show what only a deployment knows, and `${…}`, between angle brackets. */
const toFindingId = (arn: string): string =>
  arn
    .replaceAll(Aws.PARTITION, "<AWS::Partition>")
    .replaceAll(Aws.ACCOUNT_ID, "<AWS::AccountId>")
    .replaceAll(Aws.REGION, "<AWS::Region>")
    .replaceAll(/\$\{([*?$])\}/g, "<$1>");
