import { readFileSync } from "node:fs";
import { RemoteLinksError } from "@remote-storage/core/links/remote-links-error.ts";
import { AccessFileError } from "@remote-storage/core/access/access-file-error.ts";
import { parseAccessFile } from "@remote-storage/core/access/access-file.ts";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { readBundles } from "./aws/bundles.ts";
import { createStacks } from "./aws/create-stacks.ts";
import { NO_PLACES, readLinkedPlaces } from "./linked-places.ts";
import { readRemoteLinks } from "./remote-links-source.ts";
import { parseDeployment } from "./settings.ts";

/** What `cdk` runs. Settings come from its context (`-c NAME=value`), else from the environment. */
function main(): void {
  // After a mistake nothing is written.
  const app = new App({ autoSynth: false });
  const deployment = parseDeployment({ ...process.env, ...app.node.getAllContext() });
  const links = readRemoteLinks(deployment.service.remoteLinksFile);
  const places =
    links === undefined
      ? NO_PLACES
      : readLinkedPlaces(links, process.env, (path) => readFileSync(path, "utf8"));
  const { accessFile } = deployment.service;
  if (accessFile !== undefined) {
    const providers = places.entries.map(({ name }) => name);
    parseAccessFile(readFileSync(accessFile, "utf8"), providers);
  }
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  createStacks(app, deployment, places, readBundles("dist/aws", accessFile), {
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

try {
  main();
} catch (error) {
  const kinds = [SettingsError, RemoteLinksError, AccessFileError];
  if (!kinds.some((kind) => error instanceof kind) || !(error instanceof Error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
