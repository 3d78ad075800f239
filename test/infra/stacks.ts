import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { createStacks, type Stacks } from "../../infra/aws/create-stacks.ts";
import { NO_PLACES, readLinkedPlaces } from "../../infra/linked-places.ts";
import { parseDeployment } from "../../infra/settings.ts";

const root = join(import.meta.dirname, "../..");
const { context } = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8")) as {
  context: Record<string, unknown>;
};

/** The app as cdk.json sets it up, writing into a folder of its own. */
export const newApp = (outdir: string): App => new App({ context, outdir });

/** A folder that is gone once `work` is done. */
export function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "remote-storage-infra-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Source {
  readonly settings?: Readonly<Record<string, string>>;
  readonly remoteLinks?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly account?: string;
  readonly region?: string;
}

/** The stacks with something small in place of the bundled functions. */
export function addStacks(app: App, folder: string, source: Source = {}): Stacks {
  const { settings = {}, remoteLinks, env = {}, ...place } = source;
  writeFileSync(join(folder, "main.mjs"), "export const handler = () => {};\n");
  writeFileSync(join(folder, "access.yml"), "");
  // Each stack takes code of its own.
  const code = () => Code.fromAsset(folder, { exclude: ["cdk.out"] });
  const places =
    remoteLinks === undefined ? NO_PLACES : readLinkedPlaces(remoteLinks, env, () => "");
  const bundles = { code, access: code() };
  return createStacks(app, parseDeployment(settings), places, bundles, place);
}

export interface Templates {
  readonly storage: Template;
  readonly access: Template;
  /** What `DEPLOY_MIGRATION_FROM` adds. */
  readonly migration?: Template;
}

export const synthesize = (source: Source = {}): Templates =>
  inFolder((folder) => {
    // CloudFormation's own rules take seconds; `synth.test.ts` applies them.
    const app = new App({
      context,
      outdir: join(folder, "cdk.out"),
      builtinCloudFormationValidation: false,
    });
    const { storage, access, migration } = addStacks(app, folder, source);
    return {
      storage: Template.fromStack(storage),
      access: Template.fromStack(access),
      ...(migration !== undefined && { migration: Template.fromStack(migration) }),
    };
  });
