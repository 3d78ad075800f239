import { parseKey } from "@remote-storage/core/storage/key.ts";
import { describe, expect, test } from "vitest";
import { failure, failureKind } from "../conformance/stage.ts";
import { openBucket } from "./store.ts";

const key = parseKey("folder/object");

function answering(status: number, body: string, type = "application/json") {
  return openBucket((_, response) => {
    response.writeHead(status, { "content-type": type }).end(body);
  });
}

const words = (message: string) => JSON.stringify({ error: { code: 1, message, errors: [] } });

describe("what Google says, in our kinds", () => {
  test.each([
    [400, "invalid-request"],
    [401, "credentials"],
    [403, "denied"],
    [404, "not-found"],
    [409, "conflict"],
    [412, "precondition-failed"],
    [413, "too-large"],
    [416, "range-not-satisfiable"],
    [418, "invalid-request"],
  ])("%i is %s", async (status, kind) => {
    const bucket = await answering(status, words("project-7 says no"));
    const error = await failure(bucket.stat(key));
    expect(error.kind).toBe(kind);
    expect(error.place).toEqual({ provider: "google", operation: "stat", bucket: "b", key });
    expect(error.message).not.toContain("project-7");
    expect((error.cause as Error).message).toContain("project-7");
  });

  test.each([
    ["the JSON API", words("The specified bucket does not exist."), "application/json"],
    ["the XML API", "<Error><Code>NoSuchBucket</Code></Error>", "application/xml"],
  ])("a bucket that %s does not find is no-bucket", async (_, body, type) => {
    const bucket = await answering(404, body, type);
    expect(await failureKind(bucket.stat(key))).toBe("no-bucket");
  });

  test("a 404 to a listing or an upload can only mean the bucket", async () => {
    const bucket = await answering(404, words("Not Found"));
    expect(await failureKind(bucket.list())).toBe("no-bucket");
    expect(await failureKind(bucket.write(key, new Uint8Array(1)))).toBe("no-bucket");
    expect(await failureKind(bucket.multipart.create(key))).toBe("no-bucket");
  });

  test("a write is not repeated, and its 503 is unavailable", async () => {
    let requests = 0;
    const bucket = await openBucket((request, response) => {
      requests += 1;
      request.resume();
      response.writeHead(503).end();
    });
    const error = await failure(bucket.write(key, new Uint8Array(1)));
    expect([error.kind, error.retryable, requests]).toEqual(["unavailable", true, 1]);
  });
});

describe("keys that Google cannot hold", () => {
  test.each([".", "..", "a\nb", "a\rb"])("%j is refused before anything is sent", async (name) => {
    let requests = 0;
    const bucket = await openBucket((_, response) => {
      requests += 1;
      response.end();
    });
    const odd = parseKey(name);
    expect(await failureKind(bucket.stat(odd))).toBe("invalid-key");
    expect(await failureKind(bucket.copy(key, { bucket: "b", key: odd }))).toBe("invalid-key");
    expect(() => bucket.sign({ method: "GET", key: odd, expires: 60 })).toThrow("cannot hold");
    expect(requests).toBe(0);
  });

  test("parts of a key with dot segments would go to another path", async () => {
    const bucket = await answering(200, "");
    expect(await failureKind(bucket.multipart.create(parseKey("a/../b")))).toBe("invalid-key");
  });
});
