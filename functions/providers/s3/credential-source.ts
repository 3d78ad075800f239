import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { loadAmbient } from "./ambient.ts";
import { type CredentialSource, renewedCredentials, staticCredentials } from "./credentials.ts";
import { DEFAULT_REGION, isAws, regionOfHost } from "./endpoint.ts";
import { assumeRole } from "./role.ts";

/** The source that a configuration asks for. Nothing is loaded before it is first asked for keys. */
export function credentialSource(config: S3Config, now: () => Date): CredentialSource {
  const { credentials } = config;
  if (credentials.type === "keys") {
    return staticCredentials({
      accessKeyId: credentials.accessKey,
      secretAccessKey: credentials.secretKey,
    });
  }
  const ambient = renewedCredentials(loadAmbient, now);
  if (credentials.type === "ambient") return ambient;
  const sts = {
    region: config.region ?? regionOfHost(config.endpoint) ?? DEFAULT_REGION,
    ...(!isAws(config.endpoint) && { endpoint: config.endpoint.origin }),
  };
  return renewedCredentials(() => assumeRole(credentials, ambient, sts), now);
}
