import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { environmentCredentials, loadAmbient } from "./ambient.ts";
import { type CredentialSource, renewedCredentials, staticCredentials } from "./credentials.ts";
import { DEFAULT_REGION, regionOfHost } from "./endpoint.ts";
import { assumeRole, type Sts } from "./role.ts";

type Environment = NonNullable<ProviderContext["env"]>;

/** The source that a configuration asks for. Nothing is loaded before it is first asked for keys. */
export function credentialSource(
  config: S3Config,
  { now, env = {} }: ProviderContext,
): CredentialSource {
  const { credentials } = config;
  if (credentials.type === "keys") {
    return staticCredentials({
      accessKeyId: credentials.accessKey,
      secretAccessKey: credentials.secretKey,
    });
  }
  const role = credentials.type === "role" ? credentials : undefined;
  const region = awsRegion(config, role?.role, env);
  const found = environmentCredentials(env);
  const ambient =
    found === undefined
      ? renewedCredentials(async () => loadAmbient(region), now)
      : staticCredentials(found);
  if (role === undefined) return ambient;
  const sts = stsOf(config, region, env);
  return renewedCredentials(async () => assumeRole(role, ambient, sts), now);
}

/** Any host of AWS, private (VPC) endpoints included. */
function isAmazon({ endpoint }: S3Config): boolean {
  return /\.amazonaws\.com(?:\.cn)?$/.test(endpoint.hostname);
}

/** The region known to be in a partition, for roles of which no more is known. */
const PARTITIONS: Readonly<Record<string, string>> = {
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/** Where AWS itself is asked for tokens. Another store's region says nothing of it. */
function awsRegion(config: S3Config, role: string | undefined, env: Environment): string {
  const own = isAmazon(config) ? (config.region ?? regionOfHost(config.endpoint)) : undefined;
  const partition = PARTITIONS[role?.split(":")[1] ?? ""];
  return own ?? (env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || partition || DEFAULT_REGION);
}

/** What `AWS_ENDPOINT_URL_STS` names, as in the SDK; else AWS's, or the store's own. */
function stsOf(config: S3Config, region: string, env: Environment): Sts {
  const aws = isAmazon(config);
  const endpoint = env["AWS_ENDPOINT_URL_STS"] || (aws ? undefined : config.endpoint.origin);
  return {
    aws,
    region: aws ? region : (config.region ?? DEFAULT_REGION),
    ...(endpoint !== undefined && { endpoint }),
  };
}
