import { expect, test } from "vitest";
import { parse, type Problem, type Signed } from "./client.ts";
import type { Topic } from "./suite.ts";

const resolve = (link: string, query = "") =>
  `/links/resolve?link=${encodeURIComponent(link)}${query}`;

export const testLinks: Topic = (stage) => {
  test("an fs link opens the own object", async () => {
    const { client } = stage();
    await client.put("private/links/a%20%3F%25", "linked");
    const target = resolve("fs://remote-storage-private/links/a ?%", "&redirect=false");
    const signed = parse<Signed>(await client.send("GET", target));
    expect((await client.open(signed)).body.toString()).toBe("linked");
  });

  test.each([
    ["cars://cars_2020_20_10/x y.jpg", "https://s3.example.com/cars_2020_20_10/x%20y.jpg?X-Amz-"],
    ["s3://cars_2020_20_10/a+b.jpg", "https://s3.example.com/cars_2020_20_10/a%2Bb.jpg?X-Amz-"],
    ["minio://shared/team-a/1", "https://s3.example.com/shared/team-a/1?X-Amz-"],
  ])("%s is redirected to its store, signed", async (link, start) => {
    const answer = await stage().client.send("GET", resolve(link));
    expect(answer.status).toBe(307);
    expect(answer.headers.get("location")?.startsWith(start)).toBe(true);
    expect(answer.headers.get("cache-control")).toBe("private, max-age=300");
  });

  test("a public link passes as it is", async () => {
    const link = "https://example.com/a%2Fb/../c?x=1&y=%20";
    const answer = await stage().client.send("GET", resolve(link));
    expect(answer.status).toBe(307);
    expect(answer.headers.get("location")).toBe(link);
  });

  test("Unicode in a public link becomes fit for a header", async () => {
    const answer = await stage().client.send("GET", resolve("https://example.com/ü/日本"));
    const location = answer.headers.get("location");
    expect(location).toBe("https://example.com/%C3%BC/%E6%97%A5%E6%9C%AC");
  });

  test("HEAD signs HEAD", async () => {
    const { client, host } = stage();
    await client.put("private/links/head", "12345");
    const answer = await client.send("HEAD", resolve("fs://remote-storage-private/links/head"));
    expect(answer.status).toBe(307);
    const target = (answer.headers.get("location") ?? "").slice(host.origin.length);
    const head = await host.request("HEAD", target);
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe("5");
  });

  test("expires and download are heeded", async () => {
    const query = "&redirect=false&expires=1m&download=x.jpg";
    const answer = await stage().client.send("GET", resolve("cars://cars_2020_20_10/x", query));
    const { url } = parse<Signed>(answer);
    expect(url).toContain("X-Amz-Expires=60&");
    expect(url).toContain("response-content-disposition=attachment");
  });

  test.each([
    ["nonsense", 400, "bad_syntax"],
    ["ftp://x/y", 400, "unknown_scheme"],
    ["s3://nowhere/x", 404, "unknown_bucket"],
    ["s3://shared/team-b/x", 403, "outside_prefix"],
    ["fs://other-bucket/x", 404, "unknown_bucket"],
    ["cars://cars_2020_20_10/../x", 422, "unredirectable_key"],
  ])("%s is %i %s", async (link, status, code) => {
    const answer = await stage().client.send("GET", resolve(link));
    expect(answer.status).toBe(status);
    expect(parse<Problem>(answer).code).toBe(code);
  });

  test("no link at all is invalid_request", async () => {
    const { client } = stage();
    const none = await client.send("GET", "/links/resolve");
    expect(parse<Problem>(none)).toMatchObject({ status: 400, code: "invalid_request" });
  });

  test("providers are told without secrets", async () => {
    const answer = await stage().client.send("GET", "/links/providers");
    const expected = {
      name: "cars",
      kind: "minio",
      buckets: ["cars_2020_20_10", "shared/team-a/"],
    };
    expect(parse<{ providers: unknown[] }>(answer).providers).toContainEqual(expected);
    expect(answer.body.toString()).not.toContain("example-secret-key");
    expect(answer.body.toString()).not.toContain("AKIAEXAMPLE");
  });
};
