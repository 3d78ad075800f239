import type { Settings } from "@remote-storage/core/settings/settings.ts";
import type { ProviderConfig } from "@remote-storage/core/storage/provider-config.ts";
import { openSecrets } from "./secrets.ts";

/**
 * The configuration of the service's own storage on this machine. For the local disk the key pair is
 * the settings' or the one kept in `DATA_PATH`, and signed URLs name `STORAGE_PUBLIC_ENDPOINT`, else
 * `PUBLIC_URL`, else where the server listens: never what a request says in `Host`.
 *
 * @param listening the server's origin, asked at each signature: a port of 0 is known only afterwards.
 */
export function ownConfig(
  settings: Settings,
  listening: () => string = () => listenOrigin(settings.host, settings.port),
): ProviderConfig {
  const { storage, dataPath, publicUrl } = settings;
  if (storage.kind !== "http") return storage;
  const named = storage.publicOrigin ?? (publicUrl && new URL(publicUrl).origin);
  return {
    kind: "http",
    dataPath,
    keys: storage.keys ?? openSecrets(dataPath).keys,
    region: storage.region,
    publicOrigin: named === undefined ? listening : () => named,
  };
}

/** Where clients on this machine reach a server that listens there. */
export function listenOrigin(host: string, port: number): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
