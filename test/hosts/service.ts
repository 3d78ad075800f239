import { expect, test } from "vitest";
import { parse } from "./client.ts";
import type { Document } from "./conforming.ts";
import type { Topic } from "./suite.ts";

export const testService: Topic = (stage, routes) => {
  test.each(["/health", "/capabilities", "/openapi.json"])("%s is open to anyone", async (path) => {
    const answer = await stage().host.request("GET", path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    const head = await stage().host.request("HEAD", path);
    expect(head.status).toBe(200);
    expect(head.body.byteLength).toBe(0);
  });

  test("health says ok", async () => {
    expect(parse(await stage().host.request("GET", "/health"))).toEqual({
      status: "ok",
      degraded: [],
    });
  });

  test("capabilities name the kinds of providers", async () => {
    const answer = await stage().host.request("GET", "/capabilities");
    expect(parse(answer)).toMatchObject({ providers: expect.arrayContaining(["minio"]) });
  });

  test("the OpenAPI document lists every route, also in its ?key= form", async () => {
    const document = parse<Document>(await stage().host.request("GET", "/openapi.json"));
    expect(document.openapi).toMatch(/^3\.1\./);
    const missing = routes.filter(({ path, method }) => {
      const keyed = path.replace(/\/\{key\}$/, "");
      return [path, keyed].some((each) => !document.paths[each]?.[method.toLowerCase()]);
    });
    expect(missing).toEqual([]);
    expect(JSON.stringify(document)).not.toContain("undefined");
  });

  test("the document says what a key may be, wherever one is given", async () => {
    const text = (await stage().host.request("GET", "/openapi.json")).body.toString();
    const key = '"schema":{"type":"string","minLength":1,"maxLength":1024';
    expect(text).toContain(`{"name":"key","in":"path","required":true,${key}`);
    expect(text).toContain(`{"name":"key","in":"query","required":true,${key}`);
    expect(text).toContain(`{"name":"key","in":"query","required":false,${key}`);
  });

  test("a sane X-Request-Id is taken over, any other replaced", async () => {
    const { host } = stage();
    const sane = await host.request("GET", "/health", { "x-request-id": "abc-1.2_3" });
    expect(sane.headers.get("x-request-id")).toBe("abc-1.2_3");
    for (const id of ["a b", "x".repeat(129), "<script>"]) {
      const answer = await host.request("GET", "/health", { "x-request-id": id });
      expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
};
