import { describe, expect, test } from "vitest";
import { silentLog } from "@remote-storage/core/log.ts";
import { toResult } from "../../functions/aws/to-result.ts";
import { toRequestLine } from "../../functions/aws/request-line.ts";
import { createLog } from "../../functions/aws/log.ts";

describe("an answer in one piece", () => {
  test("text is text, anything else base64", async () => {
    const text = await toResult(Response.json({ a: "é" }), silentLog);
    expect(text).toMatchObject({ statusCode: 200, body: '{"a":"é"}', isBase64Encoded: false });
    const headers = { "content-type": "image/png" };
    const picture = await toResult(new Response(Buffer.from([0, 255]), { headers }), silentLog);
    expect(picture).toMatchObject({ body: "AP8=", isBase64Encoded: true });
  });

  test("compressed text is bytes", async () => {
    const headers = { "content-type": "text/plain", "content-encoding": "gzip" };
    const result = await toResult(new Response(Buffer.from([31, 139]), { headers }), silentLog);
    expect(result).toMatchObject({ body: "H4s=", isBase64Encoded: true });
  });

  test("each cookie is kept apart", async () => {
    const response = new Response(null, { status: 204 });
    response.headers.append("set-cookie", "a=1; Path=/");
    response.headers.append("set-cookie", "b=2");
    const result = await toResult(response, silentLog);
    const cookies = ["a=1; Path=/", "b=2"];
    expect(result).toMatchObject({ cookies, multiValueHeaders: { "set-cookie": cookies } });
    expect(result.headers).not.toHaveProperty("set-cookie");
  });

  test("text that only grows too large by its escapes is refused too", async () => {
    const result = await toResult(new Response('"'.repeat(4_000_000)), silentLog);
    expect(result.statusCode).toBe(413);
    expect(JSON.parse(result.body)).toMatchObject({ code: "too_large" });
  });
});

test("the line of a request holds CloudWatch's metrics, and never the query", () => {
  const line = toRequestLine(
    "objects",
    new Date(0),
    { awsRequestId: "id" },
    {
      method: "GET",
      target: "/objects/private/a?sig=secret",
      status: 404,
      milliseconds: 1.6,
      bytes: 7,
      requestId: "id",
      principal: "token:1",
      cold: false,
      broken: false,
    },
  );
  expect(line).not.toContain("secret");
  const { _aws: embedded, ...parsed } = JSON.parse(line) as {
    _aws: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    [name: string]: unknown;
  };
  const [metrics] = embedded.CloudWatchMetrics;
  const names = metrics?.Metrics.map(({ Name }) => Name) ?? [];
  expect(Object.fromEntries(names.map((name) => [name, parsed[name]]))).toEqual({
    Requests: 1,
    ClientErrors: 1,
    ServerErrors: 0,
    BrokenAnswers: 0,
    ColdStarts: 0,
    Duration: 2,
    ResponseSize: 7,
  });
  expect(metrics?.Dimensions).toEqual([["Service"]]);
  expect(parsed["Service"]).toBe("objects");
});

test("log lines carry the invocation, keep their head, and those below the level are dropped", () => {
  const lines: string[] = [];
  const at = createLog(
    (line) => lines.push(line),
    () => new Date(0),
    () => ({
      awsRequestId: "id",
      traceId: "Root=1",
    }),
  );
  const log = at("warn");
  log.info({}, "dropped");
  log.warn({ message: "another", a: 1 }, "kept");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      timestamp: "1970-01-01T00:00:00.000Z",
      level: "WARN",
      message: "kept",
      awsRequestId: "id",
      traceId: "Root=1",
      a: 1,
    },
  ]);
});
