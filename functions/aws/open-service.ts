import { readFileSync } from "node:fs";
import type { AccessRules } from "@remote-storage/core/access/access-rules.ts";
import { createHealth, type Health } from "@remote-storage/core/health.ts";
import type { App } from "@remote-storage/core/http/app.ts";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import type { Route } from "@remote-storage/core/http/route.ts";
import type { Log } from "@remote-storage/core/log.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import { openAccess } from "../access.ts";
import { createService, type ServiceSource } from "../service.ts";
import { openStorage, remoteStore, type Storage } from "../storage.ts";
import type { LogAt } from "./log.ts";
import { keep } from "./kept.ts";
import { readSecrets, type Secrets, withSecrets } from "./secrets.ts";

/** Milliseconds that secrets are used without looking whether they have changed. */
const SECRETS_LIFE = 5 * 60_000;

/** What a function's entry gives. */
export interface Definition {
  /** `objects`, `images`: the dimension of the metrics. */
  readonly service: string;
  readonly routes: readonly Route[];
  /** Opens what these routes need beside the storage. */
  readonly extend?: Extend;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes whole lines, for CloudWatch. */
  readonly write: (lines: string) => unknown;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
}

/** @throws SettingsError when the settings do not say what it needs. */
export type Extend = (
  settings: Settings,
  world: Pick<Definition, "env" | "now" | "fetch"> & { readonly log: Log },
) => Promise<Extension>;

/** Caches and pictures. */
interface Extension extends Required<Pick<ServiceSource, "caches" | "pictures">> {
  /** Resolves once nothing is under way that no request waits for; never rejects. */
  readonly settled: () => Promise<void>;
}

/** A function, opened. */
export interface Opened extends Pick<Extension, "settled"> {
  readonly app: App;
}

/**
 * The app of a function, opened with its first request. Secrets are followed without a new deployment:
 * changed ones open the app anew; when they cannot be read or hold mistakes, the app stays as it was,
 * and the log and `/health` say so.
 *
 * @param maxBody bytes that fit into an answer.
 * @throws SecretError, SettingsError, RemoteLinksError, AccessFileError when the first opening fails.
 */
export function createOpener(
  definition: Definition,
  maxBody: number,
  logAt: LogAt,
): () => Promise<Opened> {
  const health = createHealth();
  return keep<Opened & { readonly secrets: Secrets }>(
    async (before) => {
      const secrets = await readSecrets(definition.env);
      const opened =
        before !== undefined && isSame(before.secrets, secrets)
          ? before
          : await open(definition, maxBody, secrets, { logAt, health });
      health.mend("secrets");
      return { ...opened, secrets };
    },
    SECRETS_LIFE,
    definition.now,
    (error) => {
      health.report("secrets", "they cannot be used: those before them are in force");
      const fields = { error: describeError(error) };
      logAt("error").error(fields, "the secrets cannot be used: the old ones stay");
    },
  );
}

async function open(
  { routes, extend, env: given, now, fetch, write }: Definition,
  maxBody: number,
  secrets: Secrets,
  { logAt, health }: { readonly logAt: LogAt; readonly health: Health },
): Promise<Opened> {
  const env = withSecrets(given, secrets);
  const settings = parseSettings(env, readFile);
  const own = remoteStore(settings);
  const log = logAt(settings.logLevel);
  const { remoteLinks } = secrets;
  const storage = await openStorage({ settings, own, remoteLinks, env, readFile, now, fetch });
  const rules = await openRules(settings.accessFile, storage, { now, log, health });
  const extension = await extend?.(settings, { env, now, fetch, log });
  const app = createService(routes, {
    settings,
    storage,
    log,
    now,
    fetch,
    health,
    maxBody,
    ...(extension && { caches: extension.caches, pictures: extension.pictures }),
    // CloudWatch keeps the audit beside the log, where no level switches it off.
    audit: (lines) => void write(lines),
    ...(rules && { rules }),
  });
  return { app, settled: () => extension?.settled() ?? Promise.resolve() };
}

/** ACCESS_FILE comes with the function's code, in a layer. */
async function openRules(
  path: string | undefined,
  { resolver }: Storage,
  world: { readonly now: () => Date; readonly log: Log; readonly health: Health },
): Promise<(() => Promise<AccessRules>) | undefined> {
  if (path === undefined) return undefined;
  const providers = resolver.providers.map(({ name }) => name);
  return openAccess(async () => readFile(path), providers, world);
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
