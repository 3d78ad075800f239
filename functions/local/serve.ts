import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createHealth } from "@remote-storage/core/health.ts";
import { ROUTES } from "@remote-storage/core/http/routes.ts";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { openDiskCaches } from "../cache/open-disk-caches.ts";
import { defaultLimits } from "../images/limits.ts";
import { openPictures } from "../images/open-pictures.ts";
import { createHandler } from "../service.ts";
import { openStorage } from "../storage.ts";
import { openAccessFile } from "./access-file.ts";
import { openAudit } from "./audit.ts";
import { createLog } from "./log.ts";
import { listenOrigin, ownConfig } from "./own-config.ts";
import { readRemoteLinksFile } from "./remote-links-file.ts";
import { openMount } from "./s3-mount.ts";
import { openSecrets } from "./secrets.ts";
import { listen } from "./server.ts";
import { welcome } from "./welcome.ts";

interface Output {
  write(text: string): unknown;
}

/** Where the server speaks to people (`stdout`: address and token) and writes its log (`stderr`). */
export interface ServeOutput {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** A running server. */
export interface Served {
  /** Where clients reach it: `PUBLIC_URL`, else where it listens. */
  readonly url: string;
  /** Ends it gracefully; resolves once it is over. */
  close(): Promise<void>;
}

/**
 * Starts the local server with the settings in `env`.
 *
 * @throws SettingsError, RemoteLinksError, AccessFileError with every mistake; the error of `listen` (`EADDRINUSE`).
 */
export async function serve(
  env: Readonly<Record<string, string | undefined>>,
  { stdout, stderr }: ServeOutput,
): Promise<Served> {
  const { settings, token } = complete(parseSettings(env, readFile));
  const log = createLog(settings.logLevel, stderr);
  let port = settings.port;
  const listening = () => listenOrigin(settings.host, port);
  const origin = () => settings.publicUrl ?? listening();
  const own = ownConfig(settings, listening);
  const remoteLinks = readRemoteLinksFile(settings, readFile);
  const storage = await openStorage({ settings, own, remoteLinks, env, readFile, now, fetch });
  const mount = await openMount(own, settings, now);
  const disk = openDiskCaches(settings, { now, log });
  const { caches } = disk;
  const health = createHealth();
  const { providers } = storage.resolver;
  const rules = await openAccessFile(settings, providers, { now, log, health });
  const audit = await openAudit(settings, stdout);
  const app = createHandler(ROUTES, {
    settings,
    storage,
    log,
    now,
    fetch,
    caches,
    pictures: openPictures(defaultLimits(availableParallelism())),
    origin,
    mount,
    health,
    audit: audit.write,
    ...(rules && { rules }),
  });
  const server = await listen(app, settings.host, port, log);
  port = server.port;
  const url = origin();
  stdout.write(welcome(url, token));
  return {
    url,
    async close() {
      await server.close();
      await disk.close();
      await audit.close();
    },
  };
}

/** What the settings leave out is kept in `DATA_PATH`; `token` is the one made there, when it is in use. */
function complete(given: Settings): { readonly settings: Settings; readonly token?: string } {
  if (given.apiTokens !== undefined && given.urlSigningKeys !== undefined) {
    return { settings: given };
  }
  const { apiToken, urlSigningKey } = openSecrets(given.dataPath);
  const settings = {
    ...given,
    apiTokens: given.apiTokens ?? [apiToken],
    urlSigningKeys: given.urlSigningKeys ?? [urlSigningKey],
  };
  return given.apiTokens === undefined ? { settings, token: apiToken.token } : { settings };
}

function readFile(path: string): string {
  return readFileSync(path, "utf8");
}

function now(): Date {
  return new Date();
}
