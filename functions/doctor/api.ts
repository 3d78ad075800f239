import type {
  AzureConfig,
  GoogleConfig,
  S3Config,
} from "@remote-storage/core/storage/provider-config.ts";
import { examineClock } from "./clock.ts";
import { type Finding, fine, note } from "./finding.ts";
import { readStart } from "./read-start.ts";
import type { Subject } from "./subject.ts";
import { wordsFor } from "./words.ts";
import { PATIENCE, type World } from "./world.ts";

type Remote = S3Config | AzureConfig | GoogleConfig;
type Store = Remote["kind"];
type Recognised = Store | "website" | "page" | "unknown";

const SPOKEN: Readonly<Record<Store, string>> = {
  minio: "S3",
  azure: "Azure Blob Storage",
  google: "Google Cloud Storage",
};

/**
 * Asks the endpoint without any credentials who it is and what time it has. Every store answers that with
 * headers that nobody else sends, be it in a refusal.
 */
export async function examineApi(
  subject: Subject,
  config: Remote,
  origin: string,
  world: World,
): Promise<readonly Finding[]> {
  const spoken = SPOKEN[config.kind];
  const { endpoint } = wordsFor(subject);
  const response = await ask(origin, config, world);
  if (response === undefined) {
    const found = `${origin} accepts connections but answers no HTTP request`;
    return [fault(found, `Check the port and the scheme (http or https) in ${endpoint}.`)];
  }
  const { status, headers } = response;
  const text = await readStart(response).catch(() => "");
  const store = recognise(new URL(origin).hostname, status, headers, text);
  const remedy = `Put the address of the ${spoken} API into ${endpoint}.`;
  if (store === "page") {
    const found = `${origin} serves web pages: a store's console or another web server, but no ${spoken} API`;
    return [fault(found, `${remedy} MinIO's console is at port 9001, its API at 9000.`)];
  }
  if (store === "website") {
    const found = `${origin} is a website endpoint: it serves pages and checks no signature`;
    return [fault(found, `${remedy} On AWS that is s3.<region>.amazonaws.com.`)];
  }
  if (store === "unknown") {
    return [note("api", `answers ${status} without saying what it is`), ...time(headers, world)];
  }
  if (store !== config.kind && !(store === "minio" && config.kind === "google")) {
    const found = `${origin} speaks ${SPOKEN[store]}, not ${spoken}`;
    return [fault(found, `Set the provider to ${store}, or: ${remedy}`)];
  }
  const server = headers.get("server");
  const named = server === null ? "" : ` (${server.slice(0, 40)})`;
  return [fine("api", `speaks ${spoken}${named}`), ...time(headers, world)];
}

async function ask(origin: string, config: Remote, world: World): Promise<Response | undefined> {
  const path = config.kind === "azure" ? `${config.basePath}/?comp=list` : "/";
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    return await world.fetch(origin + path, { redirect: "manual", signal });
  } catch {
    // Whatever the failure is called: a store answers this.
    return undefined;
  }
}

function fault(found: string, remedy: string): Finding {
  const meaning = "Nothing can be read, written or listed.";
  return { check: "api", state: "fault", found, meaning, remedy };
}

function time(headers: Headers, world: World): readonly Finding[] {
  const clock = examineClock(headers.get("date"), world.now());
  return clock === undefined ? [] : [clock];
}

/** What an answer to an unsigned request gives away. */
function recognise(host: string, status: number, headers: Headers, text: string): Recognised {
  if (/(^|\.)s3-website[.-]|\.web\.core\.windows\.net$/.test(host)) return "website";
  if (headers.has("x-guploader-uploadid")) return "google";
  if (headers.has("x-ms-request-id") || headers.has("x-ms-error-code")) return "azure";
  if (headers.has("x-amz-request-id") || headers.has("x-amz-id-2")) return "minio";
  if (headers.get("content-type")?.startsWith("text/html") === true) return "page";
  // Consoles send whoever comes to their login.
  if (status >= 300 && status < 400) return "page";
  if (/^\s*<(!doctype )?html/i.test(text)) return "page";
  const isS3 = /<(Error|ListAllMyBucketsResult)[\s>]/.test(text) && /<(Code|Buckets)\b/.test(text);
  return isS3 ? "minio" : "unknown";
}
