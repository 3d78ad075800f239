import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { ndjson, parse, STORED, TAKEN, type Problem, type Signed } from "./client.ts";
import type { Stage, Topic } from "./suite.ts";

async function sign({ client }: Stage, items: unknown): Promise<readonly Signed[]> {
  const answer = await client.json("POST", "/sign", { items });
  if (answer.status !== 200) throw new Error(answer.body.toString());
  return parse<{ results: readonly Signed[] }>(answer).results;
}

const own = { bucket: "private", key: "sign/a b" };

export const testSign: Topic = (stage) => {
  test("every method, own objects and links, in order", async () => {
    const results = await sign(stage(), [
      { method: "GET", ...own },
      { method: "HEAD", ...own, expires: "15m" },
      { method: "PUT", ...own, expires: 900 },
      { method: "DELETE", ...own },
      { method: "GET", link: "cars://cars_2020_20_10/a.jpg" },
      { method: "GET", link: "https://example.com/a.jpg" },
    ]);
    const methods = ["GET", "HEAD", "PUT", "DELETE", "GET", "GET"];
    expect(results.map(({ method }) => method)).toEqual(methods);
    expect(results[4]?.url).toContain("https://s3.example.com/cars_2020_20_10/a.jpg?");
    expect(results[5]).toEqual({ method: "GET", url: "https://example.com/a.jpg", headers: {} });
  });

  test("a signed PUT binds absence", async () => {
    const { client, host } = stage();
    const body = Buffer.from("bound");
    // A SAS binds neither.
    const bound = host.store !== "azure" && {
      contentLength: body.byteLength,
      checksumSha256: createHash("sha256").update(body).digest("base64"),
    };
    const [signed] = await sign(stage(), [
      {
        method: "PUT",
        bucket: "private",
        key: "sign/bound",
        contentType: "text/plain",
        ...bound,
        ifNoneMatch: "*",
      },
    ]);
    if (signed === undefined) throw new Error("no result");
    expect(STORED).toContain((await client.open(signed, {}, body)).status);
    expect(TAKEN).toContain((await client.open(signed, {}, body)).status);
  });

  test.each([
    ["no method", own, "invalid_request"],
    ["an unknown method", { method: "POST", ...own }, "invalid_request"],
    ["neither key nor link", { method: "GET" }, "invalid_request"],
    ["both", { method: "GET", ...own, link: "s3://a/b" }, "invalid_request"],
    ["a typo", { method: "GET", ...own, expire: 5 }, "invalid_request"],
    ["a life of 0", { method: "GET", ...own, expires: 0 }, "invalid_request"],
    ["a life over 7 days", { method: "GET", ...own, expires: "8d" }, "invalid_request"],
    ["half a second", { method: "GET", ...own, expires: 1.5 }, "invalid_request"],
    ["an empty key", { method: "GET", ...own, key: "" }, "invalid_key"],
    ["a key too long", { method: "GET", ...own, key: "x".repeat(1025) }, "invalid_key"],
    ["a lone surrogate", { method: "GET", ...own, key: "\ud800" }, "invalid_key"],
    ["another bucket", { method: "GET", ...own, bucket: "secret" }, "invalid_request"],
    ["a length on GET", { method: "GET", ...own, contentLength: 5 }, "invalid_request"],
    ["a download of PUT", { method: "PUT", ...own, download: "x" }, "invalid_request"],
    [
      "a header in a type",
      { method: "PUT", ...own, contentType: "a/b\r\nX: y" },
      "invalid_request",
    ],
    ["a bad link", { method: "GET", link: "nonsense" }, "bad_syntax"],
    ["an unknown bucket", { method: "GET", link: "s3://nowhere/x" }, "unknown_bucket"],
    ["writing a public link", { method: "PUT", link: "https://example.com/x" }, "forbidden"],
    ["no object", 5, "invalid_request"],
    ["null", null, "invalid_request"],
  ])("%s is an error of that item alone", async (_, item, code) => {
    const results = await sign(stage(), [
      { method: "GET", ...own },
      item,
      { method: "GET", ...own },
    ]);
    expect(results.map(({ error }) => error?.code)).toEqual([undefined, code, undefined]);
  });

  test.each([
    ["more than 1000", { items: Array.from({ length: 1001 }, () => ({ method: "GET", ...own })) }],
    ["no items", {}],
    ["a member too much", { items: [], more: 1 }],
    ["an array", []],
  ])("%s is refused as a whole", async (_, body) => {
    const answer = await stage().client.json("POST", "/sign", body);
    expect(answer.status).toBe(400);
    expect(parse<Problem>(answer).code).toBe("invalid_request");
  });

  test("NDJSON in gives NDJSON out, any number, bad lines in their place", async () => {
    const { client } = stage();
    const count = 3000;
    async function* lines() {
      for (let number = 0; number < count; number += 1) {
        const item = { method: "GET", bucket: "private", key: `n/${number}` };
        // Chunks that end anywhere, a blank line, CRLF.
        const line = Buffer.from(`${JSON.stringify(item)}\r\n\n`);
        yield line.subarray(0, 10);
        yield line.subarray(10);
      }
      yield Buffer.from(`not json\n{"method":"GET","link":"${"x".repeat(70_000)}"}\n{}`);
    }
    const answer = await client.send(
      "POST",
      "/sign",
      { "content-type": "application/x-ndjson" },
      lines(),
    );
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    const results = ndjson<Signed>(answer);
    expect(results).toHaveLength(count + 3);
    const misplaced = results.slice(0, count).filter(({ url }, n) => !url.includes(`/n/${n}?`));
    expect(misplaced).toEqual([]);
    expect(results.slice(count).map(({ error }) => error?.code)).toEqual([
      "invalid_request",
      "too_long",
      "invalid_request",
    ]);
  });
};
