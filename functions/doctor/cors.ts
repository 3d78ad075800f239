import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { fine, type Finding, note } from "./finding.ts";
import { sendSigned } from "./signed.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** Asked for when any origin may come: a rule for all has to answer this one too. */
const SOMEBODY = "https://any.example";

interface Wish {
  readonly method: "GET" | "PUT";
  /** What the request needs beside the headers that every page may send. */
  readonly headers: string;
}

/**
 * Sends the preflights that browsers would send to the signed host, from each configured origin: for a GET
 * with Range, and on own buckets for a PUT.
 *
 * @see https://fetch.spec.whatwg.org/#cors-preflight-fetch
 */
export async function examineCors(
  subject: Subject,
  bucket: Bucket,
  signed: SignedRequest,
  world: World,
): Promise<readonly Finding[]> {
  if (world.corsOrigins.length === 0) return [];
  const wishes: readonly Wish[] = [
    { method: "GET", headers: "range" },
    ...(subject.own ? [{ method: "PUT", headers: putHeaders(subject) } as const] : []),
  ];
  const refused: string[] = [];
  for (const configured of world.corsOrigins) {
    const origin = configured === "*" ? SOMEBODY : configured;
    for (const wish of wishes) {
      const request = wish.method === "GET" ? signed : await signPut(bucket);
      if (!(await allows(request, origin, wish, world)))
        refused.push(`${wish.method} from ${configured}`);
    }
  }
  if (refused.length > 0) {
    return [
      {
        check: "cors",
        state: "fault",
        found: `the store refuses browsers: ${refused.join(", ")}`,
        meaning: "Pages of these origins cannot use signed URLs, though CORS_ORIGINS names them.",
        remedy: `Run "remote-storage doctor --fix-cors ${subject.name}": it adds the rule and keeps the others.`,
      },
    ];
  }
  const exposed = await exposesEtag(signed, world);
  const found = `browsers of ${world.corsOrigins.join(", ")} may ${wishes.map(({ method }) => method).join(" and ")}`;
  return exposed ? [fine("cors", found)] : [note("cors", `${found}, but cannot read ETag`)];
}

function putHeaders({ config }: Subject): string {
  return config.kind === "azure" ? "content-type,x-ms-blob-type" : "content-type";
}

async function signPut(bucket: Bucket): Promise<SignedRequest> {
  return bucket.sign({ method: "PUT", key: parseKey("cors"), expires: 60 });
}

async function allows(
  signed: SignedRequest,
  origin: string,
  { method, headers: wanted }: Wish,
  { fetch }: World,
): Promise<boolean> {
  const { status, headers } = await sendSigned(fetch, signed, {
    method: "OPTIONS",
    headers: {
      Origin: origin,
      "Access-Control-Request-Method": method,
      "Access-Control-Request-Headers": wanted,
    },
  });
  const names = (header: string) => (headers.get(header) ?? "").toLowerCase().split(/\s*,\s*/);
  const allowedOrigin = headers.get("access-control-allow-origin");
  const allowedHeaders = names("access-control-allow-headers");
  return (
    status >= 200 &&
    status < 300 &&
    (allowedOrigin === "*" || allowedOrigin === origin) &&
    // A GET needs no permission by name.
    (method === "GET" || names("access-control-allow-methods").includes(method.toLowerCase())) &&
    wanted.split(",").every((name) => allowedHeaders.includes("*") || allowedHeaders.includes(name))
  );
}

async function exposesEtag(signed: SignedRequest, { fetch, corsOrigins }: World): Promise<boolean> {
  const [first = "*"] = corsOrigins;
  const origin = first === "*" ? SOMEBODY : first;
  const { headers } = await sendSigned(fetch, signed, { headers: { Origin: origin } });
  return /\betag\b|\*/i.test(headers.get("access-control-expose-headers") ?? "");
}
