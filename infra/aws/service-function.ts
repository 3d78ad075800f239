import { Aws, type Duration, RemovalPolicy } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type Code,
  Function,
  type ILayerVersion,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { acknowledge, acknowledgeWildcards } from "./acknowledge.ts";

export type FunctionName = "objects" | "images" | "sweep" | "migrate";

export interface ServiceFunctionProps {
  readonly description: string;
  readonly code: Code;
  /** MiB. A function's share of a processor grows with it: 1769 are one. */
  readonly memory: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
  readonly layers: readonly ILayerVersion[];
  readonly logDays: RetentionDays;
}

/** A function with a role and a log group of its own, and nothing in either that it does not need. */
export class ServiceFunction extends Construct {
  readonly function: Function;
  readonly role: Role;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.timeout = props.timeout;
    const logGroup = new LogGroup(this, "Log", {
      retention: props.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: props.description,
    });
    logGroup.grantWrite(this.role);
    for (const statement of props.statements) this.role.addToPolicy(statement);
    this.function = new Function(this, "Function", {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "main.handler",
      code: props.code,
      memorySize: props.memory,
      timeout: props.timeout,
      environment: { ...props.environment, STORAGE_REGION: Aws.REGION },
      layers: [...props.layers],
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
    });
    acknowledgeWildcards(this.role, props.statements);
    acknowledge(this.role, {
      "AwsSolutions-IAM5[Resource::*]": "Traces go to X-Ray, which knows no resources",
    });
  }
}
