import { parseKey } from "@remote-storage/core/storage/key.ts";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { createS3Endpoint } from "../../../functions/providers/disk/s3-endpoint.ts";
import { CONTEXT, type Service, startService } from "./service.ts";
import { treeOf } from "./tree.ts";

let service: Service;
let endpoint: ReturnType<typeof createS3Endpoint>;
const KEY = parseKey("folder/object name.txt");
const SECRET = "the object";

beforeAll(async () => {
  service = await startService(["x-private", "x-public"]);
  endpoint = createS3Endpoint(service.config, CONTEXT, ["x-private", "x-public"]);
  const bucket = service.provider.bucket("x-private");
  await bucket.write(KEY, new TextEncoder().encode(SECRET));
});
afterAll(async () => {
  await service.close();
});

async function target(method: "GET" | "PUT" | "DELETE"): Promise<string> {
  const intent = { method, key: KEY, expires: 60 } as const;
  const signed = await service.provider.bucket("x-private").sign(intent);
  return signed.url.slice(service.origin.length);
}

/** Sends the target as it stands, with a host that no URL parser has touched. */
function send(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const host = new URL(service.origin).host;
  const request = new Request("http://ignored/", {
    method,
    headers: { host, ...headers },
    ...(body !== undefined && { body }),
  });
  return endpoint(request, { target: path });
}

/** "refused", or what came instead: S3's error document with a status that says whose fault it is. */
async function outcome(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  const body = await response.text();
  const refused = [400, 403, 404].includes(response.status) && body.includes("<Error><Code>");
  return refused && !body.includes(SECRET) ? "refused" : `${response.status} ${body}`;
}

describe("a signed URL that was changed", () => {
  test("1,000 times by one character opens nothing, and stores and removes nothing", async () => {
    const targets = {
      GET: await target("GET"),
      PUT: await target("PUT"),
      DELETE: await target("DELETE"),
    };
    expect(await (await send("GET", targets.GET)).text()).toBe(SECRET);
    const before = treeOf(service.dataPath);
    const method = fc.constantFrom("GET" as const, "PUT" as const, "DELETE" as const);
    const character = fc.constantFrom(...Array.from("abcdefABCDEF0123456789-._~%&=/+"));
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(method, fc.nat(), character, async (verb, at, other) => {
        const original = targets[verb];
        const index = at % original.length;
        fc.pre(index > 0 && original[index] !== other);
        const changed = original.slice(0, index) + other + original.slice(index + 1);
        // Other hex digits of the same percent-encoding are another spelling of the same request.
        fc.pre(decodeSafely(changed) !== decodeSafely(original));
        const sent = send(verb, changed, {}, verb === "PUT" ? "evil" : undefined);
        statuses.add((await sent).status);
        expect(await outcome(sent)).toBe("refused");
      }),
      { numRuns: 1000 },
    );
    expect(statuses).toContain(403);
    expect(treeOf(service.dataPath)).toEqual(before);
  });

  test.each([
    ["a parameter dropped", (url: string) => url.replace(/X-Amz-Expires=\d+&/, "")],
    ["the signature dropped", (url: string) => url.replace(/&X-Amz-Signature=\w+/, "")],
    ["all of the query dropped", (url: string) => url.replace(/\?.*/, "")],
    ["a parameter twice", (url: string) => `${url}&X-Amz-Expires=60`],
    ["a parameter added", (url: string) => `${url}&response-content-type=text/html`],
    ["another key", (url: string) => url.replace("/folder/", "/folder2/")],
    ["another bucket", (url: string) => url.replace("/x-private/", "/x-public/")],
    ["a key reached by dots", (url: string) => url.replace("/folder/", "/x/../folder/")],
    ["a doubled slash", (url: string) => url.replace("/folder/", "/folder//")],
    [
      "an upper-case signature",
      (url: string) => url.replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase()),
    ],
    ["an empty signature", (url: string) => url.replace(/[0-9a-f]{64}$/, "")],
  ])("%s", async (_, change) => {
    const original = await target("GET");
    const changed = change(original);
    expect(changed).not.toBe(original);
    expect(await outcome(send("GET", changed))).toBe("refused");
  });

  test.each(["HEAD", "PUT", "DELETE", "POST"])("used for %s", async (method) => {
    const response = await send(
      method,
      await target("GET"),
      {},
      method === "PUT" ? "x" : undefined,
    );
    expect(response.status).toBe(403);
  });

  test.each([
    ["x-amz-copy-source", "/x-private/folder/object%20name.txt"],
    ["x-amz-acl", "public-read"],
    ["x-amz-meta-a", "b"],
    ["x-amz-security-token", "t"],
    ["authorization", "AWS4-HMAC-SHA256 Credential=x"],
  ])("with the unsigned header %s", async (name, value) => {
    expect(await outcome(send("PUT", await target("PUT"), { [name]: value }, "x"))).toBe("refused");
  });

  test("a Bearer token beside the signature is ignored", async () => {
    const response = await send("GET", await target("GET"), { authorization: "Bearer token" });
    expect(await response.text()).toBe(SECRET);
  });
});

describe("the host that was signed", () => {
  test("may have been replaced by a proxy in front, when it is our public one", async () => {
    const response = await send("GET", await target("GET"), { host: "backend:8080" });
    expect(await response.text()).toBe(SECRET);
  });

  test("may not be any other", async () => {
    const signer = { ...service.config, publicOrigin: () => "http://elsewhere:1" };
    const signed = await openDisk(signer, CONTEXT)
      .bucket("x-private")
      .sign({ method: "GET", key: KEY, expires: 60 });
    expect(await outcome(send("GET", signed.url.slice("http://elsewhere:1".length)))).toBe(
      "refused",
    );
  });
});

test.each([
  "/x-private/%zz",
  "/x-private/%ff",
  "x-private/a",
  "",
  "http://x/x-private/a",
  "/",
  "/x-private",
  "/x-private/",
])("the target %j is refused", async (path) => {
  const query = (await target("GET")).replace(/^[^?]*/, "");
  expect(await outcome(send("GET", path + query))).toBe("refused");
});

test("the XML of a refusal cannot be broken out of", async () => {
  const response = await send("GET", "/x-private/<a>&\"'\u0001\uFFFE?x");
  const body = await response.text();
  expect(body).toContain(
    "<Resource>/x-private/&lt;a&gt;&amp;&quot;&apos;\u{FFFD}\u{FFFD}</Resource>",
  );
});

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
