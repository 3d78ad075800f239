import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parse } from "./client.ts";
import { TOKENS } from "./host.ts";
import type { Topic } from "./suite.ts";

const TEXT = Buffer.from("0123456789");

/** Public links as originals, from a web server as there are many: with ranges and tags, or without. */
export const testPublicContent: Topic = (stage) => {
  let web: Server | undefined;
  let picture = Buffer.alloc(0);
  let origin = "";
  let asked: string[] = [];

  beforeAll(async () => {
    const create = { width: 600, height: 400, channels: 3, background: "#c86432" } as const;
    picture = await sharp({ create }).jpeg().toBuffer();
    web = createServer((request, response) => {
      asked.push(request.url ?? "");
      serve(request, response);
    });
    await new Promise<void>((resolve) => web?.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  });
  afterAll(() => void web?.close());
  beforeEach(() => (asked = []));

  function serve({ url, headers }: IncomingMessage, response: ServerResponse): void {
    if (url === "/picture.jpg") {
      const unchanged = headers["if-none-match"] === '"picture-1"';
      const fields = { "content-type": "image/jpeg", etag: '"picture-1"' };
      if (unchanged) response.writeHead(304, fields).end();
      else response.writeHead(200, { ...fields, "content-length": picture.length }).end(picture);
    } else if (url?.startsWith("/plain.txt")) {
      response.writeHead(200, { "content-length": TEXT.length }).end(TEXT);
    } else if (url === "/endless") response.writeHead(200).end("who knows how long");
    else response.writeHead(url === "/secret" ? 403 : 404).end();
  }

  const send = (route: string, path: string, headers: Record<string, string> = {}) =>
    stage().client.send("GET", `${route}link=${encodeURIComponent(origin + path)}`, headers);

  test("are read once, and then come from the cache", async () => {
    const first = await send("/content?", "/plain.txt?first");
    expect([first.status, first.body.toString()]).toEqual([200, TEXT.toString()]);
    expect(first.headers.get("cache-status")).toBe("storage; fwd=miss; stored");
    const again = await send("/content?", "/plain.txt?first");
    expect(again.body.toString()).toBe(TEXT.toString());
    expect(again.headers.get("cache-status")).toBe("storage; hit");
    expect(again.headers.get("content-security-policy")).toContain("sandbox");
    expect(asked).toEqual(["/plain.txt?first"]);
  });

  test("have ranges, also where their server knows none", async () => {
    const part = await send("/content?", "/plain.txt?range", { range: "bytes=2-4" });
    expect([part.status, part.body.toString()]).toEqual([206, "234"]);
    expect(part.headers.get("content-range")).toBe("bytes 2-4/10");
  });

  test("give previews, conversions and facts from one read", async () => {
    const preview = await send("/previews?width=60&format=png&", "/picture.jpg");
    expect(preview.status).toBe(200);
    expect(await sharp(preview.body).metadata()).toMatchObject({ width: 60, height: 40 });
    const converted = await send("/converted?format=webp&", "/picture.jpg");
    expect(await sharp(converted.body).metadata()).toMatchObject({ format: "webp", width: 600 });
    const facts = parse(await send("/images?", "/picture.jpg"));
    expect(facts).toMatchObject({ format: "jpeg", width: 600, height: 400 });
    expect(asked).toEqual(["/picture.jpg"]);
  });

  test.each([
    ["/missing", 404, "not_found"],
    ["/secret", 403, "denied"],
    ["/endless", 400, "unsupported"],
  ])("%s is %d %s", async (path, status, code) => {
    const answer = await send("/content?", path);
    expect(answer.status).toBe(status);
    expect(parse(answer)).toMatchObject({ code });
  });

  test("are for callers who may use links", async () => {
    const { host } = stage();
    const target = `/content?link=${encodeURIComponent(`${origin}/plain.txt?rights`)}`;
    const ask = (token: string) =>
      host.request("GET", target, { authorization: `Bearer ${token}` });
    expect((await ask(TOKENS.reader)).status).toBe(403);
    expect(asked).toEqual([]);
    expect((await ask(TOKENS.linker)).status).toBe(200);
  });
};
