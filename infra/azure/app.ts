import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readEntries } from "../remote-links-entries.ts";
import { readRemoteLinks, readText } from "../remote-links-source.ts";
import { reportMistakes } from "../report-mistakes.ts";
import { createLinkedAccountTemplate } from "./linked-account.ts";
import { toOwnerTasks } from "./owner-tasks.ts";
import { parseAzureDeployment } from "./settings.ts";
import { synthesize } from "./synthesize.ts";
import type { Template } from "./template.ts";

/** Where main.bicep looks. */
const FOLDER = "dist/azure-infra";

/** `npm run synth:azure`: writes the templates, and says what owners of linked accounts have to run. */
function main(): void {
  const deployment = parseAzureDeployment(process.env);
  const { accessFile, remoteLinksFile } = deployment.service;
  const links = readRemoteLinks(remoteLinksFile);
  const { template, left } = synthesize(
    deployment,
    links === undefined ? [] : readEntries(links, process.env, readText),
    accessFile === undefined ? undefined : readText(accessFile),
  );
  mkdirSync(FOLDER, { recursive: true });
  write("main.json", template);
  const linkedTemplate = write("linked-account.json", createLinkedAccountTemplate());
  if (left.length > 0) {
    process.stderr.write(
      `For accounts without a group in DEPLOY_AZURE_LINKED_GROUPS their owners run:\n${toOwnerTasks(left, linkedTemplate)}`,
    );
  }
}

function write(name: string, template: Template): string {
  const path = join(FOLDER, name);
  writeFileSync(path, `${JSON.stringify(template, null, 2)}\n`);
  return path;
}

reportMistakes(main);
