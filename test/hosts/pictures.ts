import sharp from "sharp";
import { expect, test } from "vitest";
import { parse, type Problem } from "./client.ts";
import type { Topic } from "./suite.ts";

const WEBP = { accept: "image/webp,*/*;q=0.8" };

const background = "#c86432";
const jpeg = sharp({ create: { width: 800, height: 600, channels: 3, background } }).jpeg();
const turned = jpeg.clone().withMetadata({ orientation: 6 });

/** The headers that tell how an answer came about. */
function story({ headers }: { readonly headers: Headers }) {
  return headers.get("cache-status");
}

export const testPictures: Topic = (stage) => {
  async function put(key: string, body: Buffer): Promise<string> {
    await stage().client.put(`private/pictures/${key}`, body);
    return `private/pictures/${key}`;
  }

  test("a preview is made once, from an original that is read once", async () => {
    const place = await put("once.jpg", await turned.toBuffer());
    const { client } = stage();
    const first = await client.send("GET", `/previews/${place}?width=100`, WEBP);
    expect(first.status).toBe(200);
    expect(story(first)).toBe("storage; fwd=miss; stored, previews; fwd=miss; stored");
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "content-type": "image/webp",
      "content-length": String(first.body.byteLength),
      "cache-control": "private, no-cache",
      "x-original-width": "600",
      "x-original-height": "800",
      "x-orientation-applied": "6",
      "x-scale-y": "0.16625",
      "x-content-type-options": "nosniff",
      "server-timing": expect.stringMatching(/^original;dur=\d+, picture;dur=\d+$/),
    });
    expect(first.headers.get("vary")).toContain("Accept");
    expect(await sharp(first.body).metadata()).toMatchObject({ format: "webp", width: 100 });
    const again = await client.send("GET", `/previews/${place}?width=100`, WEBP);
    expect(story(again)).toBe("previews; hit");
    expect(again.body.equals(first.body)).toBe(true);
    const other = await client.send("GET", `/previews/${place}?width=50`, WEBP);
    expect(story(other)).toMatch(/^storage; (hit|fwd=stale; fwd-status=304), previews; fwd=miss/);
  });

  test("after a purge of the previews they are made anew without a read of the storage", async () => {
    const place = await put("purged.jpg", await jpeg.toBuffer());
    const { client } = stage();
    await client.send("GET", `/previews/${place}`);
    const key = place.slice("private/".length);
    const body = { bucket: "private", key };
    const purged = await client.json("POST", "/caches/previews/purge", body);
    expect(purged.status).toBe(200);
    const answer = await client.send("GET", `/previews/${place}`);
    expect(story(answer)).toMatch(/^storage; (hit|fwd=stale; fwd-status=304), previews; fwd=miss/);
  });

  test("the same ETag is answered with 304, another format has another ETag", async () => {
    const place = await put("etag.jpg", await jpeg.toBuffer());
    const { client } = stage();
    const webp = await client.send("GET", `/previews/${place}`, WEBP);
    const etag = webp.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const asked = { ...WEBP, "if-none-match": etag };
    const same = await client.send("GET", `/previews/${place}`, asked);
    expect([same.status, same.body.byteLength, same.headers.get("etag")]).toEqual([304, 0, etag]);
    expect(same.headers.get("vary")).toContain("Accept");
    const plain = await client.send("GET", `/previews/${place}`, { "if-none-match": etag });
    expect([plain.status, plain.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    const asWebp = await client.send("GET", `/previews/${place}?format=webp`);
    expect(asWebp.headers.get("vary") ?? "").not.toContain("Accept");
  });

  test("HEAD has what GET has, but no body", async () => {
    const place = await put("head.jpg", await jpeg.toBuffer());
    const { client } = stage();
    const get = await client.send("GET", `/previews/${place}`);
    const head = await client.send("HEAD", `/previews/${place}`);
    expect([head.status, head.body.byteLength]).toEqual([200, 0]);
    expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
  });

  test("a conversion has the full size, and a cache of its own", async () => {
    const tiff = await jpeg.clone().tiff({ compression: "lzw" }).toBuffer();
    const place = await put("scan.tif", tiff);
    const { client } = stage();
    const answer = await client.send("GET", `/converted/${place}`, WEBP);
    expect(await sharp(answer.body).metadata()).toMatchObject({ format: "webp", width: 800 });
    expect(story(answer)).toContain("image-converter; fwd=miss; stored");
    const png = await client.send("GET", `/converted/${place}?format=png`, WEBP);
    expect(png.headers.get("content-type")).toBe("image/png");
    expect(story(await client.send("GET", `/converted/${place}`, WEBP))).toBe(
      "image-converter; hit",
    );
  });

  test("facts come as JSON, and from the cache", async () => {
    const place = await put("facts.jpg", await turned.toBuffer());
    const { client } = stage();
    const answer = await client.send("GET", `/images/${place}`);
    expect(parse(answer)).toMatchObject({
      format: "jpeg",
      width: 600,
      height: 800,
      bands: 3,
      depth: "uint8",
      pages: 1,
      orientation: 6,
      max: expect.any(Number),
    });
    expect(story(await client.send("GET", `/images/${place}`))).toBe("previews; hit");
    expect(parse(await client.send("GET", `/images/${place}?values=false`))).not.toHaveProperty(
      "max",
    );
  });

  test("links are sources too", async () => {
    await put("link.jpg", await jpeg.toBuffer());
    const link = encodeURIComponent("fs://remote-storage-private/pictures/link.jpg");
    const { client } = stage();
    for (const path of ["/previews", "/converted", "/images"]) {
      expect((await client.send("GET", `${path}?link=${link}`)).status).toBe(200);
    }
  });

  test.each([
    ["missing.jpg", undefined, "", 404, "not_found"],
    ["page.html.jpg", Buffer.from("<!doctype html>"), "", 415, "not_a_picture"],
    ["empty.png", Buffer.alloc(0), "", 415, "not_a_picture"],
    ["drawing.svg", Buffer.from("<svg><script/></svg>"), "", 415, "unsupported_picture"],
    ["broken.jpg", Buffer.from("\xff\xd8\xff\xe0", "latin1"), "", 422, "damaged_picture"],
    ["wide.jpg", undefined, "?width=5000", 400, "invalid_request"],
    ["window.jpg", undefined, "?window=9,1", 400, "invalid_request"],
  ])("%s is refused as what it is", async (name, body, query, status, code) => {
    const place = body === undefined ? `private/pictures/${name}` : await put(name, body);
    for (const path of ["/previews", "/converted"]) {
      if (query !== "" && path === "/converted" && query.includes("width")) continue;
      const answer = await stage().client.send("GET", `${path}/${place}${query}`);
      expect([answer.status, parse<Problem>(answer).code]).toEqual([status, code]);
    }
  });

  test("a page or band that is not there is named", async () => {
    const place = await put("page.jpg", await jpeg.toBuffer());
    const { client } = stage();
    const page = await client.send("GET", `/previews/${place}?page=1`);
    expect([page.status, parse<Problem>(page).code]).toEqual([404, "no_such_page"]);
    const band = await client.send("GET", `/previews/${place}?bands=4`);
    expect([band.status, parse<Problem>(band).code]).toEqual([400, "no_such_band"]);
  });
};
