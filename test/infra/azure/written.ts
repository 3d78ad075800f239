import { createLinkedAccountTemplate } from "../../../infra/azure/linked-account.ts";
import {
  type LinkedContainer,
  toLinkedContainers,
} from "../../../infra/azure/linked-containers.ts";
import { parseAzureDeployment } from "../../../infra/azure/settings.ts";
import { synthesize } from "../../../infra/azure/synthesize.ts";
import { readEntries } from "../../../infra/remote-links-entries.ts";
import { deploy, type Deployment, type WrittenTemplate } from "./deploy.ts";

/** Every option at once. */
export const EVERYTHING: Readonly<Record<string, string>> = {
  STORAGE_PROVIDER: "azure",
  STORAGE_BUCKET_PREFIX: "vision",
  DEPLOY_NAME: "vision",
  DEPLOY_TAGS: "team=vision, note=[concat('a')]",
  DEPLOY_LOG_DAYS: "90",
  DEPLOY_AZURE_NODE: "22",
  DEPLOY_AZURE_MEMORY: "4096",
  DEPLOY_AZURE_INSTANCES: "40",
  DEPLOY_AZURE_REDUNDANCY: "Standard_ZRS",
  DEPLOY_AZURE_RESTORE_DAYS: "30",
  DEPLOY_AZURE_LINKED_GROUPS: "linked=rg-linked",
  CORS_ORIGINS: "https://app.example.com,https://b.example.com",
  PUBLIC_URL: "https://storage.example.com",
  SIGNED_URL_MAX_EXPIRES: "12h",
};

export const REMOTE_LINKS = `
cars: {provider: azure, access_key: linked, buckets: [cars, "scans/team-a/"]}
boats: {provider: azure, access_key: elsewhere, buckets: [boats]}
keys: {provider: azure, access_key: third, secret_key: Y2FuYXJ5, buckets: [x-y]}
aws: {provider: s3, region: eu-central-1, iam_role: reader, buckets: [z]}
`;

interface Source {
  readonly settings?: Readonly<Record<string, string>>;
  readonly remoteLinks?: string;
  readonly access?: string;
  /** For the variables in `remoteLinks`. */
  readonly env?: Readonly<Record<string, string>>;
}

const read = (text: string, env: Readonly<Record<string, string>> = {}) =>
  readEntries(text, env, () => "");

export const linkedIn = (text: string, env?: Readonly<Record<string, string>>) =>
  toLinkedContainers(read(text, env));

/** What `npm run synth:azure` makes of this. */
export const synthesizeFrom = ({ settings = {}, remoteLinks = "", access, env }: Source = {}) =>
  synthesize(parseAzureDeployment(settings), read(remoteLinks, env), access);

/** What stands in the file. */
export const asWritten = (template: unknown): WrittenTemplate =>
  JSON.parse(JSON.stringify(template)) as WrittenTemplate;

export const writeTemplate = (source: Source = {}): WrittenTemplate =>
  asWritten(synthesizeFrom(source).template);

export const DEPLOYER = "99999999-8888-7777-6666-555555555555";

export const deployed = (source: Source = {}): Deployment =>
  deploy(writeTemplate(source), { deployerId: DEPLOYER });

/** With little switched on, and with everything. */
export const SOURCES: readonly (readonly [string, Source])[] = [
  ["by default", {}],
  [
    "with everything",
    {
      settings: EVERYTHING,
      remoteLinks: REMOTE_LINKS,
      access: "nobody: {token_sha256: " + "ab".repeat(32) + ", allow: [objects:read]}\n",
    },
  ],
];

/** What an owner of a linked account deploys. */
export const deployedByOwner = (
  { account, container, prefixes }: LinkedContainer,
  allowWriting = false,
): Deployment =>
  deploy(asWritten(createLinkedAccountTemplate()), {
    account,
    container,
    prefixes,
    principalId: DEPLOYER,
    allowWriting,
  });
