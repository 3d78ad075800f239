import type { CorsRule, CorsRules } from "@remote-storage/core/storage/cors-rule.ts";
import type { Subject } from "./subject.ts";

const RULE_ID = "remote-storage";

/** Seconds; Chromium forgets sooner (two hours), Firefox later. */
const MAX_AGE = 7200;

/** What scripts have use for: uploads in parts return each part's etag, viewers ask for ranges. */
const EXPOSED = ["ETag", "Content-Length", "Content-Range", "Accept-Ranges", "Content-Disposition"];

/** The rule that lets pages of these origins use what the service signs. */
export function wantedRule(
  subject: Pick<Subject, "own" | "config">,
  origins: readonly string[],
): CorsRule {
  const { own, config } = subject;
  const put = ["content-type", "if-none-match"];
  const checksums: Readonly<Record<string, readonly string[]>> = {
    minio: ["x-amz-checksum-sha256"],
    azure: ["x-ms-blob-type"],
    google: ["x-goog-content-length-range", "x-goog-if-generation-match"],
  };
  const headers = ["range", "if-match", "if-none-match", "if-modified-since"];
  const more = own ? [...put, ...(checksums[config.kind] ?? [])] : [];
  return {
    ...(config.kind === "minio" && { id: RULE_ID }),
    origins,
    methods: own ? ["GET", "HEAD", "PUT"] : ["GET", "HEAD"],
    headers: [...new Set([...headers, ...more])],
    exposed: EXPOSED,
    maxAge: MAX_AGE,
  };
}

/**
 * The rules with `wanted` among them. Rules of others stay, and stay first: who relies on them sees no
 * change. Ours is known by its id, or where rules have none by being the same.
 */
export function withRule(rules: readonly CorsRule[], wanted: CorsRule): readonly CorsRule[] {
  const foreign = rules.filter((rule) =>
    wanted.id === undefined ? text(rule) !== text(wanted) : rule.id !== wanted.id,
  );
  return [...foreign, wanted];
}

/** True when both say the same, whatever the order of their lists. */
export function sameRules(a: readonly CorsRule[], b: readonly CorsRule[]): boolean {
  return a.map(text).join("\n") === b.map(text).join("\n");
}

function text({ origins, methods, headers, exposed, maxAge }: CorsRule): string {
  const lists = [origins, methods, headers, exposed].map((list) =>
    list.map((item) => item.toLowerCase()).toSorted(),
  );
  return JSON.stringify([...lists, maxAge]);
}

/** The rules of a bucket; `undefined` for the local disk, whose answers take CORS_ORIGINS at once. */
export async function openCorsRules(
  { config, context }: Subject,
  bucket: string,
): Promise<CorsRules | undefined> {
  switch (config.kind) {
    case "http":
      return undefined;
    case "minio":
      return (await import("../providers/s3/cors.ts")).openCors(config, context, bucket);
    case "azure":
      return (await import("../providers/azure/cors.ts")).openCors(config);
    case "google":
      return (await import("../providers/google/cors.ts")).openCors(config, bucket);
    default:
      return config satisfies never;
  }
}
