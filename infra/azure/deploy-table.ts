import { type Setting, type SettingWithDefault } from "@remote-storage/core/settings/setting.ts";
import { parseOneOf } from "@remote-storage/core/settings/values.ts";
import { COMMON } from "../deploy-common.ts";
import { parsePairs, parseWhole } from "../deploy-values.ts";

/** Node.js of the functions. */
const NODE_VERSIONS = ["22", "24"] as const;

const REDUNDANCIES = [
  "Standard_LRS",
  "Standard_ZRS",
  "Standard_GRS",
  "Standard_RAGRS",
  "Standard_GZRS",
  "Standard_RAGZRS",
] as const;

/** MiB; the plan knows these sizes. */
const MEMORIES = ["512", "2048", "4096"] as const;

const whole = (
  name: string,
  [least, most]: readonly [number, number],
  standard: number,
  about: string,
): SettingWithDefault<number> => ({
  name,
  parse: parseWhole(least, most),
  expected: `a whole number from ${least} to ${most}`,
  default: String(standard),
  about,
});

/** What only a deployment to Azure needs to know; the service's own settings stand in core's table. */
export const AZURE = {
  ...COMMON,
  logDays: whole("DEPLOY_LOG_DAYS", [30, 730], 30, "How long logs and telemetry are kept"),
  node: {
    name: "DEPLOY_AZURE_NODE",
    parse: parseOneOf(NODE_VERSIONS),
    expected: NODE_VERSIONS.join(" or "),
    default: "24",
    about: "Node.js of the functions: 22 where the region has no 24 yet",
  } satisfies SettingWithDefault<(typeof NODE_VERSIONS)[number]>,
  memory: {
    name: "DEPLOY_AZURE_MEMORY",
    parse: parseOneOf(MEMORIES),
    expected: `one of ${MEMORIES.join(", ")}`,
    default: "2048",
    about: "MiB of each instance",
  } satisfies SettingWithDefault<(typeof MEMORIES)[number]>,
  instances: whole("DEPLOY_AZURE_INSTANCES", [1, 1000], 100, "The most instances at a time"),
  redundancy: {
    name: "DEPLOY_AZURE_REDUNDANCY",
    parse: parseOneOf(REDUNDANCIES),
    expected: REDUNDANCIES.join(", "),
    default: "Standard_LRS",
    about: "How many copies of the objects there are, and where",
  } satisfies SettingWithDefault<(typeof REDUNDANCIES)[number]>,
  restoreDays: whole(
    "DEPLOY_AZURE_RESTORE_DAYS",
    [0, 365],
    7,
    "Days in which an object that was overwritten or deleted can be brought back; they are paid for, in the cache too",
  ),
  linkedGroups: {
    name: "DEPLOY_AZURE_LINKED_GROUPS",
    parse: parsePairs(/^([a-z0-9]{3,24})\s*=\s*([-\w.()]{1,90})$/),
    expected: "account=resource-group,…",
    about:
      "Resource groups of this subscription in which accounts that remote_links.yml names lie: there the roles are given at once",
  } satisfies Setting<ReadonlyMap<string, string>>,
};
