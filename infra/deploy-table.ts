import {
  boolean,
  type Setting,
  type SettingWithDefault,
  text,
} from "@remote-storage/core/settings/setting.ts";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { COMMON } from "./deploy-common.ts";
import { parseWhole } from "./deploy-values.ts";
import { MIGRATION_PLACE, type MigrationPlace, parseMigrationPlace } from "./migration-place.ts";
import { parseTolerated, type Tolerated } from "./tolerated.ts";

/** CloudWatch takes these numbers of days and no others; 9999 stands for ever. */
const LOG_DAYS = Object.values(RetentionDays).filter((days) => typeof days === "number");

const ARN = "arn:aws[a-z-]*";
const UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

const parseList =
  (item: RegExp) =>
  (written: string): readonly string[] | undefined => {
    const items = written.split(",").map((part) => part.trim());
    return items.every((part) => item.test(part)) ? items : undefined;
  };

/** What only a deployment needs to know; the service's own settings stand in core's table. */
export const DEPLOY = {
  ...COMMON,
  callers: {
    name: "DEPLOY_CALLERS",
    parse: parseList(new RegExp(`^(\\d{12}|${ARN}:iam::\\d{12}:(role|user)/[\\w+=,.@/-]{1,576})$`)),
    expected: "accounts (12 digits) or ARNs of roles and users, comma-separated",
    about:
      "IAM callers from other accounts who may invoke the function URLs; those of the own account get the managed policy that the outputs name",
  } satisfies Setting<readonly string[]>,
  pictures: {
    ...boolean(
      "DEPLOY_PICTURES",
      "Previews, conversions and cached content: the functions `images` and `sweep`, and a CDN",
    ),
    default: "true",
  },
  migrationFrom: {
    name: "DEPLOY_MIGRATION_FROM",
    parse: parseMigrationPlace,
    expected: MIGRATION_PLACE,
    about:
      "Adds the migration stack, and is what it reads: `private/scans/`, or a part of what remote_links.yml lists, such as `my-cars://cars/2020/`",
  } satisfies Setting<MigrationPlace>,
  migrationTo: {
    name: "DEPLOY_MIGRATION_TO",
    parse: parseMigrationPlace,
    expected: MIGRATION_PLACE,
    about: "What the migration stack writes to, likewise",
  } satisfies Setting<MigrationPlace>,
  migrationWorkers: {
    name: "DEPLOY_MIGRATION_WORKERS",
    parse: parseWhole(1, 10_000),
    expected: "a whole number from 1 to 10000",
    default: "20",
    about:
      "Copy workers at a time, each with 16 requests on the way: 20 stay just below the 3,500 writes a second of one prefix of S3",
  } satisfies SettingWithDefault<number>,
  migrationTolerated: {
    name: "DEPLOY_MIGRATION_TOLERATED",
    parse: parseTolerated,
    expected: "a percentage such as 5% or a number of objects",
    default: "5%",
    about:
      "Failed objects, counted by whole batches, beyond which a migration stops; with fewer it goes on to its end and fails then",
  } satisfies SettingWithDefault<Tolerated>,
  restApi: boolean(
    "DEPLOY_REST_API",
    "Adds a REST API, for callers with tokens or JWT instead of IAM",
  ),
  domain: text(
    "DEPLOY_DOMAIN",
    "a host name such as pictures.example.com",
    "A name for the CDN; needs `DEPLOY_CERTIFICATE`",
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
  ),
  certificate: text(
    "DEPLOY_CERTIFICATE",
    "the ARN of a certificate of ACM in us-east-1",
    "ACM certificate for `DEPLOY_DOMAIN`, in us-east-1 as CloudFront wants it",
    new RegExp(`^${ARN}:acm:us-east-1:\\d{12}:certificate/${UUID}$`),
  ),
  webAcl: text(
    "DEPLOY_WEB_ACL",
    "the ARN of a global web ACL of WAF",
    "WAF before the CDN",
    new RegExp(`^${ARN}:wafv2:us-east-1:\\d{12}:global/webacl/[\\w-]+/${UUID}$`),
  ),
  apiDomain: text(
    "DEPLOY_API_DOMAIN",
    "a host name such as storage.example.com",
    "A name for the REST API; needs `DEPLOY_API_CERTIFICATE`",
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
  ),
  apiCertificate: text(
    "DEPLOY_API_CERTIFICATE",
    "the ARN of a certificate of ACM in the stacks' region",
    "ACM certificate for `DEPLOY_API_DOMAIN`, in the stacks' region",
    new RegExp(`^${ARN}:acm:[a-z0-9-]+:\\d{12}:certificate/${UUID}$`),
  ),
  apiWebAcl: text(
    "DEPLOY_API_WEB_ACL",
    "the ARN of a regional web ACL of WAF",
    "WAF before the REST API",
    new RegExp(`^${ARN}:wafv2:[a-z0-9-]+:\\d{12}:regional/webacl/[\\w-]+/${UUID}$`),
  ),
  kmsKey: text(
    "DEPLOY_KMS_KEY",
    "the ARN of a KMS key",
    "Encrypts buckets and secrets with your key; its policy must let this account's IAM decide",
    new RegExp(`^${ARN}:kms:[a-z0-9-]+:\\d{12}:key/(${UUID}|mrk-[0-9a-f]{32})$`),
  ),
  boundary: text(
    "DEPLOY_PERMISSIONS_BOUNDARY",
    "the ARN of an IAM policy",
    "Permissions boundary of every role",
    new RegExp(`^${ARN}:iam::(\\d{12}|aws):policy/\\S+$`),
  ),
  alarmTopic: text(
    "DEPLOY_ALARM_TOPIC",
    "the ARN of an SNS topic",
    "Where alarms go; absent: they show in CloudWatch alone",
    new RegExp(`^${ARN}:sns:[a-z0-9-]+:\\d{12}:\\S+$`),
  ),
  logDays: {
    name: "DEPLOY_LOG_DAYS",
    parse: (written) => LOG_DAYS.find((days) => String(days) === written),
    expected: `one of ${LOG_DAYS.join(", ")}`,
    default: "30",
    about: "How long the functions' logs are kept",
  } satisfies SettingWithDefault<RetentionDays>,
};
