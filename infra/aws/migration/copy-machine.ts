import { Aws, RemovalPolicy, Stack } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledge, acknowledgeWildcards } from "../acknowledge.ts";
import { type DefinitionSource, toDefinition } from "./definition.ts";
import { deliverLogs, runMigrations, trace } from "./machine-statements.ts";

export interface CopyMachineProps extends Omit<DefinitionSource, "partition"> {
  readonly name: string;
  /** Beyond what every migration takes. */
  readonly statements: readonly PolicyStatement[];
  readonly logDays: RetentionDays;
}

/** The state machine with its role, whose rights are all listed here: CDK adds none of its own. */
export class CopyMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: CopyMachineProps) {
    super(scope, id);
    const { name, worker, bucket, folder } = props;
    const logGroup = new LogGroup(this, "Log", {
      // Step Functions writes one policy for all groups below this name, where each other one takes room in it.
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention: props.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("states.amazonaws.com"),
      description: `${name}: runs migrations`,
    });
    const statements = [
      ...runMigrations(name, worker, { bucket, prefix: folder }),
      ...props.statements,
    ];
    for (const statement of [...statements, deliverLogs(), trace()]) role.addToPolicy(statement);
    this.machine = new StateMachine(this, "Machine", {
      stateMachineName: name,
      comment: 'Start with {"manifest": "<name>"}',
      definitionBody: DefinitionBody.fromString(
        Stack.of(this).toJsonString(toDefinition({ ...props, partition: Aws.PARTITION })),
      ),
      role: role.withoutPolicyUpdates(),
      // Keys are users' own and stay out of logs.
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
    });
    acknowledgeWildcards(role, statements);
    acknowledge(role, {
      "AwsSolutions-IAM5[Resource::*]":
        "Traces and deliveries of logs know no resources that a policy could name",
    });
  }
}
