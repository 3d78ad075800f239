import { randomUUID } from "node:crypto";
import type { AccessRules } from "@remote-storage/core/access/access-rules.ts";
import { type AuditSink, createAudit } from "@remote-storage/core/audit.ts";
import { createHealth, type Health } from "@remote-storage/core/health.ts";
import type { Caches } from "@remote-storage/core/caches/caches.ts";
import { forgetChanged } from "@remote-storage/core/caches/forget-changed.ts";
import type { App, Handler } from "@remote-storage/core/http/app.ts";
import { withCors } from "@remote-storage/core/http/cors.ts";
import { createApp } from "@remote-storage/core/http/create-app.ts";
import { measured } from "@remote-storage/core/http/measured.ts";
import { toApp } from "@remote-storage/core/http/reply.ts";
import { withRequestId } from "@remote-storage/core/http/request-id.ts";
import type { Route } from "@remote-storage/core/http/route.ts";
import type { Services } from "@remote-storage/core/http/services.ts";
import { createLinkChecker } from "@remote-storage/core/links/check-link.ts";
import { createLinkSets } from "@remote-storage/core/links/sets/link-sets.ts";
import type { Log } from "@remote-storage/core/log.ts";
import {
  countLinkSignatures,
  countSignatures,
} from "@remote-storage/core/metrics/count-signatures.ts";
import { createMetrics } from "@remote-storage/core/metrics/metrics.ts";
import type { Pictures } from "@remote-storage/core/pictures/pictures.ts";
import { createOwnUrls, type OwnUrls } from "@remote-storage/core/signing/own-url.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { watchStorage } from "@remote-storage/core/storage-health.ts";
import { createAccess } from "./access.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
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
  /** Where it is written who was given which signature: apart from the log, which has levels. */
  readonly audit: AuditSink;
  /** What ACCESS_FILE allows at the moment; absent: only `API_TOKENS` let anyone in. */
  readonly rules?: () => Promise<AccessRules>;
  /** What the host notes there, `GET /health` tells. */
  readonly health?: Health;
  /** Absent on hosts that serve no content and no pictures. */
  readonly caches?: Caches;
  /** Absent on hosts that make no pictures. */
  readonly pictures?: Pictures;
  /** Bytes that the host can send in one answer: content beyond it is redirected to the store. Absent: any number. */
  readonly maxBody?: number;
  /** Where clients reach the service, known once it listens; absent: at `PUBLIC_URL`. */
  readonly origin?: () => string;
  /** Answers before the routes, under the same CORS and request ids: the local disk's S3 endpoint. */
  readonly mount?: (app: Handler) => Handler;
}

/** The service for hosts that work with `Response`s: see {@link createHandler}. */
export function createService(routes: readonly Route[], source: ServiceSource): App {
  return toApp(createHandler(routes, source));
}

/**
 * The service as every host serves it. Without tokens in the settings only open routes answer, and
 * without `URL_SIGNING_KEYS` uploads in parts cannot begin: a host sets both or refuses to start.
 */
export function createHandler(routes: readonly Route[], source: ServiceSource): Handler {
  const {
    settings,
    storage,
    log,
    now,
    fetch,
    caches,
    pictures,
    maxBody,
    rules,
    mount = (app) => app,
  } = source;
  const { health = createHealth() } = source;
  const metrics = createMetrics(now());
  const { kind } = storage;
  const watch = (bucket: Bucket) =>
    countSignatures(caches === undefined ? bucket : forgetChanged(bucket, caches), metrics);
  const buckets = {
    public: watch(storage.buckets.public),
    private: watch(storage.buckets.private),
  };
  const resolver = countLinkSignatures(storage.resolver, metrics);
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
    linkSets: createLinkSets(buckets.private),
    ownName: (bucket) => names.get(bucket),
    ...createAccess(settings, rules, { fetch, now }),
    audit: createAudit(source.audit, { now, log, health, metrics }),
    metrics,
    health: watchStorage(health, storage.buckets.private, now),
    ...(caches !== undefined && { caches }),
    ...(pictures !== undefined && { pictures }),
    ...(maxBody !== undefined && { maxBody }),
    ownUrls: openOwnUrls(source),
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
    measured(metrics, clock, withCors(settings.corsOrigins, mount(createApp(routes, services)))),
  );
}

function openOwnUrls({ settings, now, ...source }: ServiceSource): OwnUrls {
  const { publicUrl, signing: policy, urlSigningKeys: keys = [] } = settings;
  const origin = source.origin ?? (publicUrl === undefined ? undefined : () => publicUrl);
  return createOwnUrls({ keys, policy, now, ...(origin && { origin }) });
}

/** Milliseconds, finer than a date has them. */
function clock(): number {
  return performance.now();
}
