import { type App, type Environment, type StackProps, Tags } from "aws-cdk-lib";
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { LinkedPlaces } from "../linked-places.ts";
import type { Deployment } from "../settings.ts";
import { AccessStack } from "./access-stack.ts";
import type { Bundles } from "./functions.ts";
import { MigrationStack } from "./migration-stack.ts";
import { StorageStack } from "./storage-stack.ts";

export interface Stacks {
  readonly storage: StorageStack;
  readonly access: AccessStack;
  /** Absent without `DEPLOY_MIGRATION_FROM`. */
  readonly migration: MigrationStack | undefined;
}

/** The whole service in one account and region. */
export function createStacks(
  app: App,
  deployment: Deployment,
  linked: LinkedPlaces,
  bundles: Bundles,
  env: Environment,
): Stacks {
  const { name, boundary, tags } = deployment;
  const storage = new StorageStack(app, "Storage", deployment, {
    env,
    stackName: `${name}-storage`,
    description: "remote-storage: buckets and secrets",
    tags: { ...tags },
  });
  const access = new AccessStack(app, "Access", deployment, linked, bundles, {
    env,
    stackName: `${name}-access`,
    description: "remote-storage: functions and entry points",
    tags: { ...tags },
  });
  access.addStackDependency(storage);
  const migration = addMigration(app, deployment, linked, bundles, { env, tags: { ...tags } });
  migration?.addStackDependency(storage);
  for (const [key, value] of Object.entries(tags)) Tags.of(app).add(key, value);
  if (boundary !== undefined) {
    const policy = ManagedPolicy.fromManagedPolicyArn(storage, "Boundary", boundary);
    PermissionsBoundary.of(app).apply(policy);
  }
  return { storage, access, migration };
}

function addMigration(
  app: App,
  deployment: Deployment,
  linked: LinkedPlaces,
  bundles: Bundles,
  props: StackProps,
): MigrationStack | undefined {
  const { migration, name } = deployment;
  if (migration === undefined) return undefined;
  return new MigrationStack(app, "Migration", { ...deployment, migration }, linked, bundles, {
    ...props,
    stackName: `${name}-migration`,
    description: "remote-storage: copies what a manifest lists",
  });
}
