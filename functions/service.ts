import { randomUUID } from "node:crypto";
import { createTokenAuthenticator } from "@remote-storage/core/access/api-tokens.ts";
import type { Caches } from "@remote-storage/core/caches/caches.ts";
import type { App } from "@remote-storage/core/http/app.ts";
import { withCors } from "@remote-storage/core/http/cors.ts";
import { createApp } from "@remote-storage/core/http/create-app.ts";
import { withRequestId } from "@remote-storage/core/http/request-id.ts";
import type { Route } from "@remote-storage/core/http/route.ts";
import type { Services } from "@remote-storage/core/http/services.ts";
import { createLinkChecker } from "@remote-storage/core/links/check-link.ts";
import type { Log } from "@remote-storage/core/log.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { openGuardedFetch } from "./guarded-fetch/open-guarded-fetch.ts";
import type { Storage } from "./storage.ts";

/** Milliseconds for a JSON body: a few MiB over a slow line. */
const BODY_TIMEOUT = 30_000;

/** What a host adds to the opened storage. */
export interface ServiceSource {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly log: Log;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
  /** Absent on hosts that serve no content and no pictures. */
  readonly caches?: Caches;
  /** Answers before the routes, under the same CORS and request ids: the local disk's S3 endpoint. */
  readonly mount?: (app: App) => App;
}

/**
 * The service as every host serves it. Without tokens in the settings only open routes answer, and
 * without `URL_SIGNING_KEYS` uploads in parts cannot begin: a host sets both or refuses to start.
 */
export function createService(routes: readonly Route[], source: ServiceSource): App {
  const { settings, storage, log, now, fetch, caches, mount = (app) => app } = source;
  const { buckets, resolver, kind } = storage;
  const names = new Map([
    [buckets.public.name, "public"],
    [buckets.private.name, "private"],
  ] as const);
  const fetchPublic = openGuardedFetch(settings.linkFetch);
  const services: Services = {
    kind,
    buckets,
    resolver,
    checkLinks: createLinkChecker({ resolver, fetchPublic }),
    ownName: (bucket) => names.get(bucket),
    authenticate: createTokenAuthenticator(settings.apiTokens ?? []),
    ...(caches !== undefined && { caches }),
    defaultExpires: settings.signing.defaultExpires,
    sealingKeys: settings.urlSigningKeys ?? [],
    bodyTimeout: BODY_TIMEOUT,
    fetch,
    fetchPublic,
    log,
    now,
    newRequestId: randomUUID,
  };
  return withRequestId(
    randomUUID,
    withCors(settings.corsOrigins, mount(createApp(routes, services))),
  );
}
