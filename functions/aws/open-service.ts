import { readFileSync } from "node:fs";
import type { App } from "@remote-storage/core/http/app.ts";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import type { Route } from "@remote-storage/core/http/route.ts";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import { createService } from "../service.ts";
import { openStorage } from "../storage.ts";
import type { LogAt } from "./log.ts";
import { keep } from "./kept.ts";
import { readSecrets, type Secrets, withSecrets } from "./secrets.ts";

/** Milliseconds that secrets are used without looking whether they have changed. */
const SECRETS_LIFE = 5 * 60_000;

/** What a function's entry gives. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
}

interface Opened {
  readonly app: App;
  readonly secrets: Secrets;
}

/**
 * The app of a function, opened with its first request. Secrets are followed without a new deployment:
 * changed ones open the app anew; when they cannot be read or hold mistakes, the app stays as it was,
 * and the log says so.
 *
 * @throws SecretError, SettingsError, RemoteLinksError when the first opening fails.
 */
export function createOpener(
  routes: readonly Route[],
  world: World,
  logAt: LogAt,
): () => Promise<App> {
  const opened = keep<Opened>(
    async (before) => {
      const secrets = await readSecrets(world.env);
      if (before !== undefined && isSame(before.secrets, secrets)) return before;
      return { secrets, app: await open(routes, world, secrets, logAt) };
    },
    SECRETS_LIFE,
    world.now,
    (error) =>
      logAt("error").error(
        { error: describeError(error) },
        "the secrets cannot be read again: the old ones stay in use",
      ),
  );
  return async () => (await opened()).app;
}

async function open(
  routes: readonly Route[],
  { env: given, now, fetch }: World,
  secrets: Secrets,
  logAt: LogAt,
): Promise<App> {
  const env = withSecrets(given, secrets);
  const settings = parseSettings(env, readFile);
  const own = settings.storage;
  if (own.kind === "http") {
    throw new Error(
      "STORAGE_PROVIDER is http, but a function has no disk: set minio, azure or google",
    );
  }
  const log = logAt(settings.logLevel);
  const { remoteLinks } = secrets;
  const storage = await openStorage({
    settings,
    own,
    ...(remoteLinks !== undefined && { remoteLinks }),
    env,
    readFile,
    now,
    fetch,
  });
  return createService(routes, { settings, storage, log, now, fetch });
}

function isSame(one: Secrets, other: Secrets): boolean {
  return (
    one.remoteLinks === other.remoteLinks &&
    one.urlSigningKeys === other.urlSigningKeys &&
    one.apiTokens === other.apiTokens
  );
}

function readFile(path: string): string {
  return readFileSync(path, "utf8");
}
