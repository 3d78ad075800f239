import { expect, test } from "vitest";
import { parse } from "./client.ts";
import { TOKENS } from "./host.ts";
import type { Topic } from "./suite.ts";

const BODY = "0123456789";

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

export const testContent: Topic = (stage) => {
  async function write(key: string, body = BODY): Promise<void> {
    const { client } = stage();
    await client.put(`private/${key}`, body);
  }

  test("comes from the cache the second time, with what clients and CDNs need", async () => {
    await write("content/a.txt");
    const { client } = stage();
    const first = await client.send("GET", "/content/private/content/a.txt");
    expect(first.status).toBe(200);
    expect(first.body.toString()).toBe(BODY);
    expect(first.headers.get("cache-status")).toBe("storage; fwd=miss; stored");
    const again = await client.send("GET", "/content/private?key=content/a.txt");
    expect(again.body.toString()).toBe(BODY);
    expect(again.headers.get("cache-status")).toMatch(/^storage; (hit|fwd=stale; fwd-status=304)$/);
    expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
    expect(again.headers.get("age")).toMatch(/^\d+$/);
    expect(again.headers.get("accept-ranges")).toBe("bytes");
    expect(again.headers.get("content-length")).toBe("10");
    expect(again.headers.get("x-content-type-options")).toBe("nosniff");
    expect(again.headers.get("content-security-policy")).toContain("sandbox");
    expect(again.headers.get("cache-control")).toContain("private");
  });

  test.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
  ])("%s gives that part", async (range, text, said) => {
    await write("content/range.txt");
    const { client } = stage();
    const answer = await client.send("GET", "/content/private/content/range.txt", { range });
    expect(answer.status).toBe(206);
    expect(answer.body.toString()).toBe(text);
    expect(answer.headers.get("content-range")).toBe(said);
    expect(answer.headers.get("content-length")).toBe(String(text.length));
  });

  test("a range outside is 416 and says how long the object is", async () => {
    await write("content/range.txt");
    const headers = { range: "bytes=10-" };
    const answer = await stage().client.send("GET", "/content/private/content/range.txt", headers);
    expect(answer.status).toBe(416);
    expect(answer.headers.get("content-range")).toBe("bytes */10");
    expect(parse(answer)).toMatchObject({ code: "range_not_satisfiable" });
  });

  test("conditions are answered, If-Range too", async () => {
    await write("content/etag.txt");
    const { client } = stage();
    const path = "/content/private/content/etag.txt";
    const etag = (await client.send("GET", path)).headers.get("etag") ?? "";
    const same = await client.send("GET", path, { "if-none-match": etag });
    expect(same.status).toBe(304);
    expect(same.body.byteLength).toBe(0);
    expect(same.headers.get("etag")).toBe(etag);
    expect((await client.send("GET", path, { "if-match": '"other"' })).status).toBe(412);
    const range = "bytes=0-1";
    expect((await client.send("GET", path, { range, "if-range": etag })).status).toBe(206);
    expect((await client.send("GET", path, { range, "if-range": '"other"' })).status).toBe(200);
    const head = await client.send("HEAD", path, { range });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "10"]);
  });

  test("an object that is not there is 404, then there once it is written", async () => {
    const { client } = stage();
    const missing = await client.send("GET", "/content/private/content/missing.txt");
    expect(missing.status).toBe(404);
    expect(parse(missing)).toMatchObject({ code: "not_found" });
  });

  test("an own object may be named by its link; rights are the object's", async () => {
    await write("content/link.txt");
    const { host, client } = stage();
    const bucket = "remote-storage-private";
    const target = `/content?link=${encodeURIComponent(`fs://${bucket}/content/link.txt`)}`;
    const all = await client.send("GET", target);
    expect(all.body.toString()).toBe(BODY);
    expect((await host.request("GET", target, bearer(TOKENS.linker))).status).toBe(403);
    expect((await host.request("GET", target)).status).toBe(401);
    const path = "/content/private/content/link.txt";
    expect((await host.request("GET", path, bearer(TOKENS.linker))).status).toBe(403);
    expect((await host.request("GET", path, bearer(TOKENS.reader))).status).toBe(200);
  });

  test.each([
    ["nowhere://b/k", 400, "unknown_scheme"],
    ["s3://unknown/k", 404, "unknown_bucket"],
    ["http://169.254.169.254/latest", 403, "blocked_address"],
  ])("the link %s is %d %s", async (link, status, code) => {
    const target = `/content?link=${encodeURIComponent(link)}`;
    const answer = await stage().client.send("GET", target);
    expect(answer.status).toBe(status);
    expect(parse(answer)).toMatchObject({ code });
  });

  test("HTML and SVG are served without any way to run", async () => {
    await write("content/page.html", "<script>alert(1)</script>");
    const answer = await stage().client.send("GET", "/content/private/content/page.html");
    expect(answer.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
  });
};
