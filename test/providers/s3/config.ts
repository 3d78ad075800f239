import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { parseEndpoint } from "@remote-storage/core/settings/endpoint.ts";

export function configOf(endpoint: string, more: Partial<S3Config> = {}): S3Config {
  const parsed = parseEndpoint(endpoint);
  if ("problem" in parsed) throw new Error(`${endpoint}: ${parsed.problem}`);
  return {
    kind: "minio",
    endpoint: parsed.endpoint,
    credentials: { type: "keys", accessKey: "access", secretKey: "secret" },
    ...more,
  };
}

/** Fails the test that needs the network. */
export const offline: typeof fetch = () => Promise.reject(new Error("nothing is to be fetched"));

export function contextOf(more: Partial<ProviderContext> = {}): ProviderContext {
  return {
    now: () => new Date(),
    policy: { maxExpires: 604_800, window: 0 },
    fetch: offline,
    ...more,
  };
}
