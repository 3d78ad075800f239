import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRegions } from "../../../functions/providers/s3/region.ts";
import { configOf, offline } from "./config.ts";

const now = () => new Date();

describe("a bucket's region", () => {
  /** Stands for AWS: what it answers, and what it was asked. */
  let answer: { status: number; headers: Record<string, string> };
  let asked: string[];
  let server: ReturnType<typeof createServer>;
  let toServer: typeof fetch;

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(answer.status, answer.headers).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    toServer = async (url, init) => {
      if (typeof url !== "string") throw new TypeError("a string is what is fetched");
      return fetch(url.replace("https://s3.amazonaws.com", `http://127.0.0.1:${port}`), init);
    };
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  test.each([200, 301, 400, 403])("is read from AWS's %i", async (status) => {
    const location = "https://bucket.s3.eu-west-1.amazonaws.com/";
    answer = { status, headers: { "x-amz-bucket-region": "eu-west-1", location } };
    const regions = createRegions(configOf("s3.amazonaws.com"), { now, fetch: toServer });
    expect(await regions.of("bucket")).toBe("eu-west-1");
    expect(asked).toEqual(["HEAD /bucket"]);
  });

  test("is asked for once, by however many at once, and known at once after that", async () => {
    answer = { status: 403, headers: { "x-amz-bucket-region": "eu-west-1" } };
    const regions = createRegions(configOf("s3.amazonaws.com"), { now, fetch: toServer });
    const all = await Promise.all(Array.from({ length: 20 }, async () => regions.of("bucket")));
    expect(new Set(all)).toEqual(new Set(["eu-west-1"]));
    expect(regions.of("bucket")).toBe("eu-west-1");
    expect(asked).toHaveLength(1);
  });

  test("a bucket that AWS does not have is no-bucket, and is asked for again", async () => {
    answer = { status: 404, headers: {} };
    const regions = createRegions(configOf("s3.amazonaws.com"), { now, fetch: toServer });
    await expect(async () => regions.of("bucket")).rejects.toMatchObject({ kind: "no-bucket" });
    answer = { status: 200, headers: { "x-amz-bucket-region": "us-east-1" } };
    expect(await regions.of("bucket")).toBe("us-east-1");
  });

  test("without an answer it is unavailable", async () => {
    const regions = createRegions(configOf("s3.amazonaws.com"), { now, fetch: offline });
    await expect(async () => regions.of("bucket")).rejects.toMatchObject({ kind: "unavailable" });
  });

  test.each([
    ["s3.amazonaws.com", { region: "eu-central-1" }, "eu-central-1"],
    ["s3.us-west-2.amazonaws.com", {}, "us-west-2"],
    ["http://minio:9000", { region: "home" }, "home"],
  ])("of %s %o is known without asking", (endpoint, more, region) => {
    expect(createRegions(configOf(endpoint, more), { now, fetch: offline }).of("bucket")).toBe(
      region,
    );
  });

  const other = configOf("http://minio:9000");
  const toOther: typeof fetch = async (_, init) =>
    toServer("https://s3.amazonaws.com/bucket", init);

  test("is asked for at other stores too, once", async () => {
    answer = { status: 403, headers: { "x-amz-bucket-region": "home" } };
    const regions = createRegions(other, { now, fetch: toOther });
    const all = await Promise.all([regions.of("bucket"), regions.of("bucket")]);
    expect([...all, regions.of("bucket")]).toEqual(["home", "home", "home"]);
    expect(asked).toEqual(["HEAD /bucket"]);
  });

  test.each([
    [403, {}],
    [404, {}],
    [200, { "x-amz-bucket-region": "no region" }],
  ])("is us-east-1 at one that answers %i %j", async (status, headers) => {
    answer = { status, headers: { ...headers } };
    const regions = createRegions(other, { now, fetch: toOther });
    expect(await regions.of("bucket")).toBe("us-east-1");
    expect(regions.of("bucket")).toBe("us-east-1");
  });

  test("is us-east-1 for a minute at one that cannot be asked", async () => {
    let time = 0;
    let tries = 0;
    const regions = createRegions(other, {
      now: () => new Date(time),
      fetch: async () => {
        tries += 1;
        throw new Error("unreachable");
      },
    });
    expect(await regions.of("bucket")).toBe("us-east-1");
    time = 59_999;
    expect(regions.of("bucket")).toBe("us-east-1");
    time = 60_000;
    expect(await regions.of("bucket")).toBe("us-east-1");
    expect(tries).toBe(2);
  });

  test("a store's word is taken where nothing is configured", async () => {
    answer = { status: 403, headers: {} };
    const regions = createRegions(other, { now, fetch: toOther });
    await regions.of("bucket");
    expect(regions.learn("bucket", "us-east-1")).toBe(false);
    expect(regions.learn("bucket", "home")).toBe(true);
    expect(regions.of("bucket")).toBe("home");
    expect(await regions.of("other")).toBe("us-east-1");
  });

  test("a configured region stands against a store's word", () => {
    const regions = createRegions(configOf("http://minio:9000", { region: "home" }), {
      now,
      fetch: offline,
    });
    expect(regions.learn("bucket", "elsewhere")).toBe(false);
    expect(regions.of("bucket")).toBe("home");
  });
});
