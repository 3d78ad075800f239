import * as v from "valibot";
import { auditBulk, auditSignature, type BulkAudit, type SignatureFields } from "../audit.ts";
import { readLines, type Line } from "../lines.ts";
import { ProblemError } from "../problem.ts";
import { mediaType, readJson } from "../read-json.ts";
import { route, type Sent } from "../route.ts";
import { itemError, MAX_ITEMS, none, signedRequest } from "../schemas.ts";
import type { Services } from "../services.ts";
import { isOwnItem, ownItem, ownTarget } from "../sign-own.ts";
import { signItem, signOne, type SignResult } from "../sign-item.ts";
import { tapped } from "../tapped.ts";
import { toByteStream } from "../text-stream.ts";
import { check } from "../validate.ts";

/** An item with the longest key, each of its bytes escaped, and a long link fit in. */
const MAX_LINE_BYTES = 65_536;

const NDJSON = "application/x-ndjson";

const anyItem = v.union([
  signItem,
  ownItem,
  v.pipe(v.unknown(), v.description("Anything else gets an error in its place.")),
]);

const envelope = v.strictObject({
  items: v.pipe(v.array(v.unknown()), v.maxLength(MAX_ITEMS)),
});

const documentedEnvelope = v.strictObject({
  items: v.pipe(v.array(anyItem), v.maxLength(MAX_ITEMS)),
});

const result = v.union([signedRequest, v.object({ error: itemError })]);

export const sign = route({
  method: "POST",
  path: "/sign",
  summary: "Sign many requests",
  description:
    "Each item is judged by itself and answered in its place. As JSON up to 1000 items; as NDJSON any " +
    "number, one item a line in, one result a line out, blank lines skipped.",
  access: "caller",
  params: none,
  query: none,
  accepts: { "application/json": documentedEnvelope, [NDJSON]: undefined },
  responses: {
    200: {
      description: "The results, in the items' order.",
      content: {
        "application/json": v.object({ results: v.array(result) }),
        [NDJSON]: undefined,
      },
    },
  },
  handle(input, services) {
    return mediaType(input.request) === NDJSON
      ? signStream(input, services)
      : signJson(input, services);
  },
});

async function signJson(sent: Sent, services: Services): Promise<Response> {
  const body = await readJson(sent.request, services.bodyTimeout);
  const { items } = check(envelope, body, "the body");
  const results: SignResult[] = [];
  const given: SignatureFields[] = [];
  for (const item of items) {
    const signed = await signOne(item, sent, services);
    results.push(signed);
    if ("error" in signed) continue;
    const { method, expiresAt } = signed;
    given.push({ method, target: toTarget(item), expiresAt });
  }
  await auditSignature(services, sent, ...given);
  return Response.json({ results }, { headers: { "Cache-Control": "no-store" } });
}

/** For the audit: what was asked for, known to be well-formed since it was signed. */
function toTarget(item: unknown): string {
  if (isOwnItem(item)) return ownTarget(item);
  const { link, bucket, key } = v.parse(namedItem, item);
  return link ?? `${bucket}/${key}`;
}

const namedItem = v.object({
  link: v.exactOptional(v.string()),
  bucket: v.exactOptional(v.string()),
  key: v.exactOptional(v.string()),
});

async function signStream(sent: Sent, services: Services): Promise<Response> {
  const { body } = sent.request;
  if (body === null) throw new ProblemError("invalid_request", "the body is empty");
  const audit = await auditBulk(services, sent, { route: "POST /sign" });
  const seen = tapped<Uint8Array>(body, audit.saw);
  const lines = signLines(seen, sent, services, audit);
  return new Response(toByteStream(lines), {
    headers: { "Content-Type": NDJSON, "Cache-Control": "no-store" },
  });
}

async function* signLines(
  body: AsyncIterable<Uint8Array>,
  sent: Sent,
  services: Services,
  audit: BulkAudit,
): AsyncGenerator<string> {
  let signed = 0;
  let failed = 0;
  try {
    for await (const lines of readLines(body, MAX_LINE_BYTES)) {
      let text = "";
      for (const line of lines) {
        if ("text" in line && line.text.trim() === "") continue;
        const answer = await signLine(line, sent, services);
        if ("error" in answer) failed += 1;
        else signed += 1;
        text += `${JSON.stringify(answer)}\n`;
      }
      if (text !== "") yield text;
    }
  } finally {
    await audit.end({ signed, failed });
  }
}

async function signLine(line: Line, sent: Sent, services: Services): Promise<SignResult> {
  if ("tooLong" in line) {
    const message = `the line is longer than ${MAX_LINE_BYTES} bytes`;
    return { error: { code: "too_long", message } };
  }
  let item: unknown;
  try {
    item = JSON.parse(line.text);
  } catch {
    return { error: { code: "invalid_request", message: "the line is not JSON" } };
  }
  return signOne(item, sent, services);
}
