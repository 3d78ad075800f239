import { ACTIONS, type Action, type Principal } from "@remote-storage/core/access/grants.ts";
import { createAudit } from "@remote-storage/core/audit.ts";
import { createHealth } from "@remote-storage/core/health.ts";
import { createApp } from "@remote-storage/core/http/create-app.ts";
import { toApp } from "@remote-storage/core/http/reply.ts";
import { ROUTES } from "@remote-storage/core/http/routes.ts";
import type { Services } from "@remote-storage/core/http/services.ts";
import { createLinkSets } from "@remote-storage/core/links/sets/link-sets.ts";
import { createLinkResolver } from "@remote-storage/core/links/resolver.ts";
import type { Log } from "@remote-storage/core/log.ts";
import { createMetrics } from "@remote-storage/core/metrics/metrics.ts";
import { createOwnUrls } from "@remote-storage/core/signing/own-url.ts";
import type { SignIntent } from "@remote-storage/core/signing/signed-request.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";

const place = { provider: "fake", operation: "any" };

/** A call that a fake does not offer: it fails as a broken store would. */
function unused(): never {
  throw new StorageError("unsupported", "the fake does not do this", place);
}

/** A bucket that signs by naming what was signed; tests replace the rest. */
export function fakeBucket(name: string, parts: Partial<Bucket> = {}): Bucket {
  return {
    name,
    can: {
      signsLength: true,
      signsChecksum: true,
      signsContentType: true,
      signsCrc32: true,
      keepsMetadata: true,
      signsIfNoneMatch: true,
      versions: true,
    },
    multipart: {
      limits: { minPart: 5 * 1024 * 1024, maxPart: 5 * 1024 ** 3, maxParts: 10_000 },
      create: unused,
      parts: unused,
      complete: unused,
      abort: unused,
    },
    stat: unused,
    read: unused,
    write: unused,
    remove: unused,
    copy: unused,
    list: () => Promise.resolve({ objects: [], prefixes: [] }),
    sign: ({ method, key }: SignIntent) => ({
      method,
      url: `https://store.example/${name}/${encodeURIComponent(key)}`,
      headers: {},
      expiresAt: "2030-01-01T00:10:00Z",
    }),
    ...parts,
  };
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const keys = [{ id: "k", secret: "a-secret-of-the-fixture" }];

function now(): Date {
  return new Date("2030-01-01T00:00:00Z");
}

/** The app on fake buckets at a fixed time; `lines` is what it has logged, `audited` what it has audited. */
export function openFixture(changes: Partial<Services> = {}) {
  const lines: LogLine[] = [];
  const write = (level: string) => (fields: LogLine["fields"], message: string) =>
    void lines.push({ level, message, fields });
  const log: Log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
  const metrics = createMetrics(now());
  const health = createHealth();
  const audited: Record<string, unknown>[] = [];
  const buckets = { public: fakeBucket("own-public"), private: fakeBucket("own-private") };
  const services: Services = {
    kind: "http",
    buckets,
    resolver: createLinkResolver({ entries: [], own: Object.values(changes.buckets ?? buckets) }),
    linkSets: createLinkSets((changes.buckets ?? buckets).private),
    checkLinks: () => () => Promise.resolve({ size: 5 }),
    ownName: (name) =>
      name === "own-public" ? "public" : name === "own-private" ? "private" : undefined,
    authenticate: () => Promise.resolve({ refused: "nobody is known", credential: false }),
    limits: {},
    audit: createAudit((text) => void audited.push(...readLines(text)), {
      now,
      log,
      health,
      metrics,
    }),
    metrics,
    health,
    ownUrls: createOwnUrls({ keys, policy: { maxExpires: 604_800, window: 0 }, now }),
    defaultExpires: 3600,
    sealingKeys: keys,
    bodyTimeout: 1000,
    fetch: () => Promise.reject(new Error("no network here")),
    fetchPublic: () => Promise.reject(new Error("no network here")),
    log,
    now,
    newRequestId: () => "request-1",
    ...changes,
  };
  const app = toApp(createApp(ROUTES, services));
  const send = (
    principal: Principal | undefined,
    method: string,
    target: string,
    init: RequestInit = {},
  ) => {
    const request = new Request("http://fixture.example", { method, ...init });
    return app(request, { target, ...(principal !== undefined && { principal }) });
  };
  return {
    lines,
    audited,
    send,
    json: (principal: Principal, target: string, body: unknown) => {
      const headers = { "content-type": "application/json" };
      return send(principal, "POST", target, { headers, body: JSON.stringify(body) });
    },
  };
}

export const everybody: Principal = { id: "all", grants: ACTIONS.map((action) => ({ action })) };

/** A caller limited to prefixes, for the actions given. */
export function limited(actions: readonly Action[], ...prefixes: string[]): Principal {
  return { id: "limited", grants: actions.map((action) => ({ action, prefixes })) };
}

function readLines(text: string): Record<string, unknown>[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
