import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAccessFile } from "@remote-storage/core/access/access-file.ts";
import { readEntries } from "../remote-links-entries.ts";
import { readRemoteLinks, readText } from "../remote-links-source.ts";
import { reportMistakes } from "../report-mistakes.ts";
import { createAzureTemplate } from "./create-template.ts";
import { createLinkedAccountTemplate } from "./linked-account.ts";
import { toLinkedContainers } from "./linked-containers.ts";
import { toOwnerTasks } from "./owner-tasks.ts";
import { parseAzureDeployment } from "./settings.ts";
import type { Template } from "./template.ts";

/** Where main.bicep looks. */
const FOLDER = "dist/azure-infra";

/** `npm run synth:azure`: writes the templates, and says what owners of linked accounts have to run. */
function main(): void {
  const deployment = parseAzureDeployment(process.env);
  const { accessFile, remoteLinksFile } = deployment.service;
  const text = readRemoteLinks(remoteLinksFile);
  const entries = text === undefined ? [] : readEntries(text, process.env, readText);
  const access = accessFile === undefined ? undefined : readText(accessFile);
  if (access !== undefined) {
    parseAccessFile(
      access,
      entries.map(({ name }) => name),
    );
  }
  const containers = toLinkedContainers(entries);
  const { linkedGroups } = deployment;
  const grouped = containers.flatMap((container) => {
    const resourceGroup = linkedGroups.get(container.account);
    return resourceGroup === undefined ? [] : [{ ...container, resourceGroup }];
  });
  const others = containers.filter(({ account }) => !linkedGroups.has(account));
  mkdirSync(FOLDER, { recursive: true });
  write("main.json", createAzureTemplate({ ...deployment, access }, grouped));
  const linkedTemplate = write("linked-account.json", createLinkedAccountTemplate());
  if (others.length > 0) {
    process.stderr.write(
      `For accounts without a group in DEPLOY_AZURE_LINKED_GROUPS their owners run:\n${toOwnerTasks(others, linkedTemplate)}`,
    );
  }
}

function write(name: string, template: Template): string {
  const path = join(FOLDER, name);
  writeFileSync(path, `${JSON.stringify(template, null, 2)}\n`);
  return path;
}

reportMistakes(main);
