import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { AccessRules } from "@remote-storage/core/access/access-rules.ts";
import { createHealth, type Health } from "@remote-storage/core/health.ts";
import type { Handler } from "@remote-storage/core/http/app.ts";
import { ROUTES } from "@remote-storage/core/http/routes.ts";
import type { Log } from "@remote-storage/core/log.ts";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { openAccess } from "../access.ts";
import { openCacheBucket } from "../cache-bucket.ts";
import { openBucketCaches, sweepBucketCaches } from "../cache/open-bucket-caches.ts";
import { defaultLimits } from "../images/limits.ts";
import { openPictures } from "../images/open-pictures.ts";
import { createHandler } from "../service.ts";
import { openStorage, remoteStore, type Storage } from "../storage.ts";
import { readHostSettings } from "./host-settings.ts";
import type { LogAt } from "./log.ts";

/** What the entry gives. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes whole lines, outside of invocations. */
  readonly write: (line: string) => unknown;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
}

/** The service, opened. */
export interface Service {
  readonly app: Handler;
  readonly log: Log;
  readonly easyAuth: boolean;
  /** Brings the caches within their sizes and times, as far as it comes before the signal. */
  readonly sweep: (signal: AbortSignal) => ReturnType<typeof sweepBucketCaches>;
  /** Resolves once nothing is on its way to the caches. */
  readonly settled: () => Promise<void>;
}

/**
 * Opens the service. Nothing is sent anywhere yet, and no SDK is loaded.
 *
 * @param audit takes whole lines.
 * @throws SettingsError, RemoteLinksError, AccessFileError with every mistake.
 */
export async function openService(
  { env, now, fetch }: World,
  logAt: LogAt,
  audit: (lines: string) => void,
): Promise<Service> {
  const { easyAuth, remoteLinks, access } = readHostSettings(env);
  const settings = parseSettings(env, readFile);
  const log = logAt(settings.logLevel);
  const health = createHealth();
  const storage = await openStorage({
    settings,
    own: remoteStore(settings),
    remoteLinks,
    env,
    readFile,
    now,
    fetch,
  });
  const bucket = await openCacheBucket(settings, env, { now, fetch });
  const { caches, settled } = openBucketCaches(bucket, settings.caches, { now, log });
  const rules = await openRules(access, settings, storage, { now, log, health });
  const app = createHandler(ROUTES, {
    settings,
    storage,
    log,
    now,
    fetch,
    health,
    caches,
    pictures: openPictures(defaultLimits(availableParallelism())),
    audit,
    ...(rules && { rules }),
  });
  return {
    app,
    log,
    easyAuth,
    sweep: (signal) => sweepBucketCaches(bucket, settings.caches, now(), signal),
    settled,
  };
}

async function openRules(
  access: string | undefined,
  { accessFile }: Settings,
  { resolver }: Storage,
  world: { readonly now: () => Date; readonly log: Log; readonly health: Health },
): Promise<(() => Promise<AccessRules>) | undefined> {
  const providers = resolver.providers.map(({ name }) => name);
  if (access !== undefined) return openAccess(async () => access, providers, world);
  if (accessFile === undefined) return undefined;
  return openAccess(async () => readFile(accessFile), providers, world);
}

function readFile(path: string): string {
  return readFileSync(path, "utf8");
}
