import { expect, test } from "vitest";
import { ndjson, parse, type Problem } from "./client.ts";
import type { Topic } from "./suite.ts";

interface Line {
  readonly line?: number;
  readonly link?: string;
  readonly provider?: string;
  readonly url?: string;
  readonly error?: { readonly code: string };
  readonly summary?: { readonly lines: number; readonly resolved: number; readonly failed: number };
}

const FILE = [
  "\ufeff# cars",
  "cars://cars_2020_20_10/a.jpg",
  "",
  "  https://example.com/b.jpg  ",
  "bad line",
  "fs://remote-storage-private/c d.jpg",
].join("\r\n");

const text = { "content-type": "text/plain" };

export const testLinkFiles: Topic = (stage) => {
  test("each link in its place, then the summary", async () => {
    const answer = await stage().client.send("POST", "/links/resolve", text, FILE);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = ndjson<Line>(answer);
    expect(lines.map(({ line, provider, error }) => [line, provider ?? error?.code])).toEqual([
      [2, "cars"],
      [4, "https"],
      [5, "bad_syntax"],
      [6, "fs"],
      [undefined, undefined],
    ]);
    expect(lines.at(-1)).toEqual({
      summary: { lines: 6, resolved: 3, failed: 1, byCode: { bad_syntax: 1 } },
    });
  });

  test("Accept: text/csv gives CSV", async () => {
    const headers = { ...text, accept: "text/csv" };
    const answer = await stage().client.send("POST", "/links/resolve", headers, FILE);
    expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
    const [head, , second] = answer.body.toString().split(/\r?\n/);
    expect(head).toContain("line,link,provider");
    expect(second).toContain("https://example.com/b.jpg");
  });

  test("a file in storage is read by its link", async () => {
    const { client } = stage();
    await client.put("private/link-files/list.txt", FILE);
    const link = encodeURIComponent("fs://remote-storage-private/link-files/list.txt");
    const answer = await client.send("POST", `/links/resolve?file=${link}`);
    expect(answer.status).toBe(200);
    expect(ndjson<Line>(answer)).toHaveLength(5);
  });

  test.each([
    ["fs://remote-storage-private/link-files/none", 404, "not_found"],
    ["https://example.com/list.txt", 403, "blocked_address"],
    ["nonsense", 400, "bad_syntax"],
  ])("?file=%s is %i %s", async (link, status, code) => {
    const target = `/links/resolve?file=${encodeURIComponent(link)}`;
    const answer = await stage().client.send("POST", target);
    expect(answer.status).toBe(status);
    expect(parse<Problem>(answer).code).toBe(code);
  });

  test("neither a body nor a file, or both, is refused", async () => {
    const { client } = stage();
    expect((await client.send("POST", "/links/resolve")).status).toBe(400);
    const both = await client.send("POST", "/links/resolve?file=fs://a/b", text, FILE);
    expect(both.status).toBe(400);
    const json = { "content-type": "application/json" };
    expect((await client.send("POST", "/links/resolve", json, "[]")).status).toBe(415);
  });

  test("10,000 links arrive as a stream and leave as one", async () => {
    const count = 10_000;
    async function* body() {
      for (let number = 0; number < count; number += 100) {
        const links = Array.from({ length: 100 }, (_, n) => `s3://cars_2020_20_10/${number + n}`);
        yield Buffer.from(`${links.join("\n")}\n`);
      }
    }
    const answer = await stage().client.send("POST", "/links/resolve", text, body());
    const lines = ndjson<Line>(answer);
    expect(lines).toHaveLength(count + 1);
    expect(lines[count - 1]).toMatchObject({
      line: count,
      link: `s3://cars_2020_20_10/${count - 1}`,
    });
    expect(lines.at(-1)?.summary).toMatchObject({ lines: count, resolved: count, failed: 0 });
  });
};
