import { expect, test } from "vitest";
import { parse, type Problem } from "./client.ts";
import type { Topic } from "./suite.ts";

const json = { "content-type": "application/json" };

export const testErrors: Topic = (stage) => {
  test("a problem has all its members", async () => {
    const answer = await stage().client.send("GET", "/nowhere");
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(parse(answer)).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: expect.any(String),
      code: "not_found",
      requestId: answer.headers.get("x-request-id"),
    });
  });

  test.each([
    "/",
    "//",
    "/objects",
    "/objects/",
    "/content/private/x",
    "/links/nowhere",
    "/health/",
  ])("%s is 404", async (target) => {
    const answer = await stage().client.send("GET", target);
    expect(answer.status).toBe(404);
  });

  test.each(["secret", "Public", "private%2Fx", "..", "%2e%2e"])(
    "there is no bucket %s",
    async (bucket) => {
      const answer = await stage().client.send("GET", `/objects/${bucket}/x`);
      expect(answer.status).toBe(404);
      expect(parse<Problem>(answer).code).toBe("not_found");
    },
  );

  test.each([
    ["POST", "/objects/private/x", "GET, HEAD, PUT, DELETE, OPTIONS"],
    ["PATCH", "/objects/private/x", "GET, HEAD, PUT, DELETE, OPTIONS"],
    ["DELETE", "/sign", "POST, OPTIONS"],
    ["PUT", "/health", "GET, HEAD, OPTIONS"],
    ["PUT", "/objects/private", "GET, HEAD, OPTIONS"],
    ["POST", "/objects/private?key=x", "GET, HEAD, PUT, DELETE, OPTIONS"],
  ])("%s %s is 405 with Allow", async (method, target, allow) => {
    const answer = await stage().client.send(method, target);
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe(allow);
    expect(parse<Problem>(answer).code).toBe("method_not_allowed");
  });

  test("OPTIONS tells the methods", async () => {
    const answer = await stage().host.request("OPTIONS", "/sign");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("allow")).toBe("POST, OPTIONS");
  });

  test.each([
    ["not JSON", json, "{", 400, "invalid_request"],
    ["no body", json, "", 400, "invalid_request"],
    ["not UTF-8", json, Buffer.from([0x22, 0xff, 0x22]), 400, "invalid_request"],
    ["deep nesting", json, "[".repeat(200_000), 400, "invalid_request"],
    ["XML", { "content-type": "application/xml" }, "<a/>", 415, "unsupported_media_type"],
    ["9 MiB", json, Buffer.alloc(9 * 1024 * 1024, " "), 413, "too_large"],
  ])("a body that is %s is %s", async (_, headers, body, status, code) => {
    const answer = await stage().client.send("POST", "/uploads", headers, body);
    expect(answer.status).toBe(status);
    expect(parse<Problem>(answer).code).toBe(code);
  });

  test("9 MiB without a length are refused too", async () => {
    const answer = await stage().client.send("POST", "/uploads", json, spaces(9));
    expect(answer.status).toBe(413);
  });

  test.each(["redirect=yes", "redirect=", "download=", "expires=1m&expires=2m"])(
    "the query %s is refused",
    async (query) => {
      const answer = await stage().client.send("GET", `/objects/private/x?${query}`);
      expect(answer.status).toBe(400);
      expect(parse<Problem>(answer).code).toBe("invalid_request");
    },
  );
};

async function* spaces(mebibytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < mebibytes; sent += 1) yield Buffer.alloc(1024 * 1024, " ");
}
