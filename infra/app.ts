import { parseAccessFile } from "@remote-storage/core/access/access-file.ts";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { readBundles } from "./aws/bundles.ts";
import { createStacks } from "./aws/create-stacks.ts";
import { NO_PLACES, readLinkedPlaces } from "./linked-places.ts";
import { readRemoteLinks, readText } from "./remote-links-source.ts";
import { reportMistakes } from "./report-mistakes.ts";
import { parseDeployment } from "./settings.ts";

/** What `cdk` runs. Settings come from its context (`-c NAME=value`), else from the environment. */
function main(): void {
  // After a mistake nothing is written.
  const app = new App({ autoSynth: false });
  const deployment = parseDeployment({ ...process.env, ...app.node.getAllContext() });
  const links = readRemoteLinks(deployment.service.remoteLinksFile);
  const places = links === undefined ? NO_PLACES : readLinkedPlaces(links, process.env, readText);
  const { accessFile } = deployment.service;
  if (accessFile !== undefined) {
    const providers = places.entries.map(({ name }) => name);
    parseAccessFile(readText(accessFile), providers);
  }
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  createStacks(app, deployment, places, readBundles("dist/aws", accessFile), {
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

reportMistakes(main);
