import sharp from "sharp";
import { expect, test } from "vitest";
import { createClient, parse, type Problem, type Signed, toTarget } from "./client.ts";
import { TOKENS } from "./host.ts";
import type { Topic } from "./suite.ts";

const create = { width: 300, height: 200, channels: 3, background: "#246" } as const;
const jpeg = await sharp({ create }).jpeg().toBuffer();

const own = { bucket: "private", key: "own/a b&c.jpg" };
const link = "fs://remote-storage-private/own/a b&c.jpg";

const CAR = "cars://cars_2020_20_10/a.jpg";

export const testOwnUrls: Topic = (stage) => {
  async function sign(items: unknown, token: string = TOKENS.all): Promise<readonly Signed[]> {
    const answer = await createClient(stage().host, token).json("POST", "/sign", { items });
    return parse<{ results: readonly Signed[] }>(answer).results;
  }

  async function signOne(item: unknown): Promise<string> {
    await stage().client.put("private/own/a b&c.jpg".replaceAll(/[ &]/g, encodeURIComponent), jpeg);
    const [signed] = await sign([item]);
    if (signed?.url === undefined) throw new Error(JSON.stringify(signed));
    return toTarget(stage().host, signed.url);
  }

  test.each([
    ["a preview", { preview: { ...own, width: 64, fit: "cover" } }, 64],
    ["a preview of a link", { preview: { link, width: "32" } }, 32],
    ["a conversion", { converted: { ...own, format: "png" } }, 300],
    ["content", { content: own }, 300],
    ["content of a link", { content: { link } }, 300],
  ])("%s opens without a token, and others may keep it", async (_, item, width) => {
    const target = await signOne(item);
    const answer = await stage().host.request("GET", target);
    expect(answer.status).toBe(200);
    expect((await sharp(answer.body).metadata()).width).toBe(width);
    expect(answer.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
    expect((await stage().host.request("HEAD", target)).status).toBe(200);
  });

  test("an item of a link set opens without a token, and leads no further than it lives", async () => {
    const { client, host } = stage();
    const type = { "content-type": "text/plain" };
    const put = await client.send("PUT", "/links/sets/own-urls", type, CAR);
    expect(put.status).toBe(201);
    const items = await client.send("GET", "/links/sets/own-urls/items");
    const [{ id } = { id: "" }] = parse<{ items: { id: string }[] }>(items).items;
    const target = await signOne({ item: { set: "own-urls", id }, expires: 60 });
    const answer = await host.request("GET", target);
    expect([answer.status, answer.headers.get("location")?.split("?")[0]]).toEqual([
      307,
      "https://s3.example.com/cars_2020_20_10/a.jpg",
    ]);
    const life = /X-Amz-Expires=(\d+)/.exec(answer.headers.get("location") ?? "")?.[1];
    expect(Number(life)).toBeLessThanOrEqual(120);
    const gone = await sign([{ item: { set: "own-urls", id: "nothing" } }]);
    expect(gone[0]?.error?.code).toBe("not_found");
    expect((await sign([{ item: { set: "own-urls", id } }], TOKENS.reader))[0]?.error?.code).toBe(
      "forbidden",
    );
  });

  test("max-age ends with the URL", async () => {
    const target = await signOne({ preview: own, expires: 60 });
    const exp = Number(/exp=(\d+)/.exec(target)?.[1]);
    const { headers } = await stage().host.request("GET", target);
    const age = Number(headers.get("cache-control")?.slice("public, max-age=".length));
    expect(age).toBeLessThanOrEqual(120);
    expect(age).toBeLessThanOrEqual(exp - Math.floor(Date.now() / 1000) + 1);
  });

  test("equal wishes give equal URLs", async () => {
    const item = { preview: { ...own, width: 64 }, expires: "1d" };
    const [one, two] = await sign([item, { ...item, preview: { width: 64, ...own } }]);
    expect(one?.url).toBe(two?.url);
  });

  test("what is changed opens nothing, not even beside a good token", async () => {
    const target = await signOne({ preview: { ...own, width: 64 } });
    const { host, client } = stage();
    for (const changed of [
      target.replace("width=64", "width=65"),
      target.replace("/previews/", "/content/"),
      target.replace("private", "public"),
      target.replace(/exp=\d+/, "exp=9999999999"),
      `${target}A`,
      target.slice(0, -1),
    ]) {
      const answer = await host.request("GET", changed);
      expect([answer.status, parse<Problem>(answer).code]).toEqual([403, "bad_signature"]);
      expect((await client.send("GET", changed)).status).toBe(403);
    }
  });

  test("it opens that alone", async () => {
    const target = await signOne({ content: own });
    const { host } = stage();
    expect((await host.request("POST", target)).status).toBe(405);
    const [, query = ""] = target.split("?");
    for (const path of ["/objects/private", "/links/resolve", "/caches", "/images/private"]) {
      expect((await host.request("GET", `${path}?${query}`)).status).toBe(401);
    }
  });

  test("who may not read it may not have it signed", async () => {
    const item = { preview: own };
    expect((await sign([item], TOKENS.reader))[0]?.url).toBeDefined();
    expect((await sign([item], TOKENS.linker))[0]?.error?.code).toBe("forbidden");
    expect((await sign([{ preview: { link } }], TOKENS.linker))[0]?.error?.code).toBe("forbidden");
  });

  test.each([
    ["nothing named", { preview: {} }, "invalid_request"],
    ["key and link", { preview: { ...own, link } }, "invalid_request"],
    ["two at once", { preview: own, content: own }, "invalid_request"],
    ["an unknown parameter", { preview: { ...own, widht: 5 } }, "invalid_request"],
    ["a width out of range", { preview: { ...own, width: 99_999 } }, "invalid_request"],
    ["a width of content", { content: { ...own, width: 5 } }, "invalid_request"],
    ["an end of one's own", { preview: { ...own, exp: 9_999_999_999 } }, "invalid_request"],
    ["another method", { method: "PUT", preview: own }, "invalid_request"],
    ["an unknown scheme", { preview: { link: "nowhere://a/b" } }, "unknown_scheme"],
    ["an empty key", { preview: { bucket: "private", key: "" } }, "invalid_key"],
    ["a life of eight days", { preview: own, expires: "8d" }, "invalid_request"],
  ])("%s is an error of that item alone", async (_, item, code) => {
    const results = await sign([{ content: own }, item]);
    expect(results.map(({ error }) => error?.code)).toEqual([undefined, code]);
  });
};
