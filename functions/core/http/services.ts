import type { Authenticate } from "../access/authenticate.ts";
import type { RateLimiter } from "../access/rate-limiter.ts";
import type { Audit } from "../audit.ts";
import type { Caches } from "../caches/caches.ts";
import type { Health } from "../health.ts";
import type { LinkChecker } from "../links/check-link.ts";
import type { LinkResolver } from "../links/link.ts";
import type { LinkSets } from "../links/sets/link-sets.ts";
import type { PublicFetch } from "../links/public-fetch.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Pictures } from "../pictures/pictures.ts";
import type { UrlSigningKey } from "../settings/settings.ts";
import type { OwnUrls } from "../signing/own-url.ts";
import type { Bucket, ProviderKind } from "../storage/provider.ts";

/** The two own buckets by the names that the API uses. */
export type BucketName = "public" | "private";

/** Everything the routes work with; a host's composition makes it once. */
export interface Services {
  readonly kind: ProviderKind;
  readonly buckets: Readonly<Record<BucketName, Bucket>>;
  readonly resolver: LinkResolver;
  readonly checkLinks: LinkChecker;
  readonly linkSets: LinkSets;
  /** `remote-storage-private` → `private`; `undefined` for buckets that are not the service's own. */
  readonly ownName: (bucket: string) => BucketName | undefined;
  readonly authenticate: Authenticate;
  /** For each caller by its id, and for wrong credentials by address. Absent: no limit. */
  readonly limits: { readonly requests?: RateLimiter; readonly failures?: RateLimiter };
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Absent on hosts that serve no content and no pictures. */
  readonly caches?: Caches;
  /** Absent on hosts that make no pictures. */
  readonly pictures?: Pictures;
  readonly ownUrls: OwnUrls;
  /** Bytes of an answer that this host can send; absent: any number. */
  readonly maxBody?: number;
  /** Seconds: what is signed for when the caller names no life. */
  readonly defaultExpires: number;
  /** Upload ids are sealed with the first; all open. */
  readonly sealingKeys: readonly UrlSigningKey[];
  /** Milliseconds that a JSON body may take to arrive. */
  readonly bodyTimeout: number;
  readonly fetch: typeof fetch;
  /** For addresses that callers name. */
  readonly fetchPublic: PublicFetch;
  readonly log: Log;
  readonly now: () => Date;
  readonly newRequestId: () => string;
}
