import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { LinkedPlaces } from "../linked-places.ts";
import { type MigrationPlace, type MigrationSide, toMigrationSide } from "../migration-place.ts";
import type { Deployment, Migration } from "../settings.ts";
import { type Bundles, ownRole } from "./functions.ts";
import { CopyMachine } from "./migration/copy-machine.ts";
import { MIGRATIONS, toNames } from "./names.ts";
import { ServiceFunction } from "./service-function.ts";
import { assumeRoles, copyPlaces, readSecrets, useKey } from "./statements.ts";

/** MiB: one whole processor, for stores that cannot copy from each other and so send through the worker. */
const MEMORY = 1769;
/** The most that Lambda gives; a worker hands back what it has not managed well before. */
const TIMEOUT = Duration.minutes(15);

/**
 * Copies what a manifest lists from one place to another. It keeps nothing: manifests and reports lie in
 * the private bucket, so the stack may go as soon as a migration is over.
 */
export class MigrationStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    deployment: Deployment & { readonly migration: Migration },
    linked: LinkedPlaces,
    bundles: Bundles,
    props: StackProps,
  ) {
    super(scope, id, props);
    const { name, migration, logDays, kmsKey, alarmTopic } = deployment;
    const { buckets } = toNames(deployment);
    const { machine } = new CopyMachine(this, "Copy", {
      name: `${name}-migration`,
      worker: this.addWorker(deployment, linked, bundles).function.functionArn,
      bucket: buckets.private,
      folder: MIGRATIONS,
      workers: migration.workers,
      tolerated: migration.tolerated,
      statements: useKey(kmsKey),
      logDays,
    });
    this.addAlarm(machine, alarmTopic);
    new CfnOutput(this, "StateMachineArn", { value: machine.stateMachineArn });
    new CfnOutput(this, "Manifests", { value: `s3://${buckets.private}/${MIGRATIONS}` });
  }

  private addWorker(
    deployment: Deployment & { readonly migration: Migration },
    linked: LinkedPlaces,
    bundles: Bundles,
  ): ServiceFunction {
    const { prefix, buckets, secrets } = toNames(deployment);
    const role = ownRole(deployment);
    const toSide = (place: MigrationPlace): MigrationSide => {
      const side = toMigrationSide(place, linked, buckets);
      return "own" in place && role.length > 0 ? { ...side, places: [], roles: role } : side;
    };
    const [from, to] = [toSide(deployment.migration.from), toSide(deployment.migration.to)];
    return new ServiceFunction(this, "Worker", {
      description: `${deployment.name}: copies a batch of objects`,
      code: bundles.code("migrate"),
      memory: MEMORY,
      timeout: TIMEOUT,
      environment: {
        ...deployment.passed,
        STORAGE_PROVIDER: "minio",
        STORAGE_BUCKET_PREFIX: prefix,
        REMOTE_LINKS_SECRET: secrets.remoteLinks,
        MIGRATION_FROM: from.link,
        MIGRATION_TO: to.link,
      },
      statements: [
        ...copyPlaces(from.places, to.places),
        ...assumeRoles(Array.from(new Set([...from.roles, ...to.roles]))),
        ...readSecrets([secrets.remoteLinks]),
        ...useKey(deployment.kmsKey),
      ],
      layers: [],
      logDays: deployment.logDays,
    });
  }

  private addAlarm(machine: StateMachine, topicArn: string | undefined): void {
    const failed = machine.metricFailed({ period: Duration.minutes(5) });
    const alarm = new Alarm(this, "failed", { metric: failed, threshold: 1, evaluationPeriods: 1 });
    if (topicArn === undefined) return;
    alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, "Topic", topicArn)));
  }
}
