import { describe, expect, test } from "vitest";
import type { LinkFileSummary } from "../../../functions/core/links/link-file-writer.ts";
import { SIGNATURE } from "./fake-provider.ts";
import { parseLines, resolveText } from "./resolve-text.ts";

const FILE = `# the original's two
s3://cars_2020_20_10/truck.jpg
azure://boats_bucket_2020_20_10/supersonicboat.jpg

https://example.com/"a"\\b.jpg
nonsense
fs://x-private/ä "1".txt
s4://cars/x
`;

describe("NDJSON", () => {
  test("is one object for each link, then the summary", async () => {
    const signed = { method: "GET", headers: {}, expiresAt: "2030-01-01T00:00:00Z" };
    expect(parseLines(await resolveText(FILE))).toEqual([
      {
        line: 2,
        link: "s3://cars_2020_20_10/truck.jpg",
        provider: "my-car-datasets",
        url: `https://signed.test/cars_2020_20_10/truck.jpg?${SIGNATURE}`,
        ...signed,
      },
      {
        line: 3,
        link: "azure://boats_bucket_2020_20_10/supersonicboat.jpg",
        provider: "my-boats-datasets",
        url: `https://signed.test/boats_bucket_2020_20_10/supersonicboat.jpg?${SIGNATURE}`,
        ...signed,
      },
      {
        line: 5,
        link: 'https://example.com/"a"\\b.jpg',
        provider: "https",
        method: "GET",
        url: 'https://example.com/"a"\\b.jpg',
        headers: {},
      },
      { line: 6, link: "nonsense", error: expect.objectContaining({ code: "bad_syntax" }) },
      {
        line: 7,
        link: 'fs://x-private/ä "1".txt',
        provider: "fs",
        url: `https://signed.test/x-private/%C3%A4%20%221%22.txt?${SIGNATURE}`,
        ...signed,
      },
      {
        line: 8,
        link: "s4://cars/x",
        error: {
          code: "unknown_scheme",
          message: expect.any(String),
          hint: "did you mean s3://?",
        },
      },
      {
        summary: { lines: 8, resolved: 4, failed: 2, byCode: { bad_syntax: 1, unknown_scheme: 1 } },
      },
    ]);
  });

  test("keeps the keys in the order that the contract has them in", async () => {
    const [first] = parseLines(await resolveText("s3://cars/a"));
    expect(Object.keys(first ?? {})).toEqual([
      "line",
      "link",
      "provider",
      "method",
      "url",
      "headers",
      "expiresAt",
    ]);
  });

  test("an empty file has a summary", async () => {
    expect(await resolveText("")).toBe(
      '{"summary":{"lines":0,"resolved":0,"failed":0,"byCode":{}}}\n',
    );
  });

  test("headers and the version of what is signed", async () => {
    const text = "https://cars.s3.amazonaws.com/a?versionId=7\nhttps://example.com/a\n";
    const [signed, open] = parseLines(await resolveText(text, { method: "PUT" }));
    expect(signed).toMatchObject({ method: "PUT", headers: { "x-must": "be sent" } });
    expect(signed?.["url"]).toContain("version=7");
    expect(open).toMatchObject({ error: { code: "forbidden" } });
  });
});

describe("other forms", () => {
  test("CSV, quoted where RFC 4180 or a spreadsheet needs it", async () => {
    const rows = (await resolveText(`${FILE}=1+1\n`, { format: "csv" })).split("\r\n");
    expect(rows[0]).toBe(
      "line,link,provider,method,url,headers,expiresAt,clampedBy,code,message,hint,size,type,etag",
    );
    expect(rows[3]).toBe(
      '5,"https://example.com/""a""\\b.jpg",https,GET,"https://example.com/""a""\\b.jpg",{},,,,,,,,',
    );
    expect(rows[7]).toMatch(/^9,"=1\+1",,,,,,,bad_syntax,/);
    expect(rows).toHaveLength(9);
  });

  test("the URLs alone", async () => {
    let summary: LinkFileSummary | undefined;
    const onSummary = (given: LinkFileSummary) => {
      summary = given;
    };
    const urls = (await resolveText(FILE, { format: "urls", onSummary })).split("\n");
    expect(urls).toHaveLength(5);
    expect(urls[2]).toBe('https://example.com/"a"\\b.jpg');
    expect(summary).toMatchObject({ resolved: 4, failed: 2 });
  });

  test("only what failed", async () => {
    expect(
      parseLines(await resolveText(FILE, { onlyFailed: true })).map(({ line }) => line),
    ).toEqual([6, 8, undefined]);
  });
});
