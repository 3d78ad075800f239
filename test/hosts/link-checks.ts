import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ndjson, parse, type Signed } from "./client.ts";
import type { Topic } from "./suite.ts";

interface Line {
  readonly link?: string;
  readonly url?: string;
  readonly size?: number;
  readonly type?: string;
  readonly etag?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly summary?: Record<string, unknown>;
}

const text = { "content-type": "text/plain" };

export const testLinkChecks: Topic = (stage) => {
  let web: Server | undefined;
  let asked: string[] = [];
  let origin = "";
  beforeAll(async () => {
    // The suite's settings allow this address; what is public cannot be reached from here.
    web = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.url === "/there.txt") {
        response
          .writeHead(200, { "content-type": "text/plain", "content-length": 5, etag: '"abc"' })
          .end("12345");
      } else if (request.url === "/inside") {
        response.writeHead(302, { location: "http://169.254.169.254/latest/" }).end();
      } else {
        response.writeHead(request.url === "/secret" ? 403 : 404).end();
      }
    });
    await new Promise<void>((resolve) => web?.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  });
  afterAll(() => void web?.close());

  async function check(links: readonly string[], query = ""): Promise<Line[]> {
    asked = [];
    const target = `/links/resolve?check=true${query}`;
    return ndjson<Line>(await stage().client.send("POST", target, text, links.join("\n")));
  }

  test("an unsigned https link to an own object is signed like its fs link", async () => {
    const { client } = stage();
    await client.put("private/checks/a%20b", "own");
    const target = "/objects/private/checks/a%20b?redirect=false";
    const [unsigned = ""] = parse<Signed>(await client.send("GET", target)).url.split("?", 1);
    const [line] = await check([unsigned]);
    expect(line).toMatchObject({ link: unsigned, provider: "fs", size: 3 });
    const bytes = await client.open({ method: "GET", url: line?.url ?? "", headers: {} });
    expect(bytes.body.toString()).toBe("own");
  });

  test("adds size, type and etag of own objects, and says which are not there", async () => {
    await stage().client.put("private/checks/a.txt", "123456", text);
    const own = "fs://remote-storage-private/checks/";
    const [there, missing, bad] = await check([`${own}a.txt`, `${own}none`, "nonsense"]);
    expect(there).toMatchObject({
      size: 6,
      type: "text/plain",
      etag: expect.stringMatching(/^".+"$/),
    });
    expect(there?.url).toMatch(/[?&](X-Amz-Signature|sig)=/);
    expect(missing).toEqual({
      line: 2,
      link: `${own}none`,
      error: { code: "not_found", message: expect.any(String) },
    });
    expect(bad?.error?.code).toBe("bad_syntax");
  });

  test("asks public hosts, each address once, and keeps the order", async () => {
    const links = ["/there.txt", "/none", "/there.txt", "/secret"].map((path) => origin + path);
    const lines = await check(links);
    const facts = { size: 5, type: "text/plain", etag: '"abc"' };
    expect(lines[0]).toMatchObject({ link: links[0], url: links[0], ...facts });
    expect(lines[2]).toMatchObject({ line: 3, link: links[2], ...facts });
    expect(lines.map(({ error }) => error?.code)).toEqual([
      undefined,
      "not_found",
      undefined,
      "forbidden",
      undefined,
    ]);
    expect(asked.filter((request) => request === "HEAD /there.txt")).toHaveLength(1);
    expect(lines.at(-1)?.summary).toEqual({
      lines: 4,
      resolved: 2,
      failed: 2,
      byCode: { not_found: 1, forbidden: 1 },
    });
  });

  test("never asks inside, and says the same of all that lies there", async () => {
    const lines = await check([
      "http://localhost:8080/",
      "http://[::1]:8080/",
      "http://10.0.0.1/",
      "http://2852039166/latest/meta-data/",
      "https://metadata.google.internal/",
      `${origin}/inside`,
    ]);
    lines.pop();
    expect(lines).toHaveLength(6);
    expect(new Set(lines.map(({ error }) => JSON.stringify(error)))).toEqual(
      new Set(['{"code":"blocked_address","message":"this service does not fetch from there"}']),
    );
  });

  test("CSV has the same in columns, and onlyFailed leaves out what is there", async () => {
    const { client } = stage();
    const file = `${origin}/there.txt\n${origin}/none\n`;
    const csv = { ...text, accept: "text/csv" };
    const answer = await client.send("POST", "/links/resolve?check=true", csv, file);
    expect(answer.body.toString().split("\r\n")[1]).toMatch(/,5,text\/plain,"""abc"""$/);
    const failed = await check([`${origin}/there.txt`, `${origin}/none`], "&onlyFailed=true");
    expect(failed).toMatchObject([{ line: 2 }, { summary: { resolved: 1, failed: 1 } }]);
  });

  test("what failed in an earlier answer is tried again, with its own lines", async () => {
    const { client } = stage();
    const place = "fs://remote-storage-private/checks/again";
    const file = `${origin}/there.txt\n${place}\n`;
    const first = await client.send("POST", "/links/resolve?check=true", text, file);
    await client.put("private/checks/again", "now");
    const headers = { "content-type": "application/x-ndjson" };
    const again = await client.send("POST", "/links/resolve?check=true", headers, first.body);
    expect(ndjson<Line>(again)).toMatchObject([
      { line: 2, link: place, size: 3 },
      { summary: { resolved: 1, failed: 0 } },
    ]);
    const broken = await client.send("POST", "/links/resolve", headers, "no report\n");
    expect(ndjson<Line>(broken)[0]?.error?.code).toBe("bad_syntax");
  });
};
