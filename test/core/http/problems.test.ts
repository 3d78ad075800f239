import { StorageError, type ErrorKind } from "@remote-storage/core/storage/errors.ts";
import { describe, expect, test } from "vitest";
import { everybody, fakeBucket, openFixture } from "./fixture.ts";

function failing(error: Error) {
  async function fail(): Promise<never> {
    throw error;
  }
  const bucket = fakeBucket("own-private", { stat: fail, list: fail });
  return openFixture({ buckets: { public: fakeBucket("own-public"), private: bucket } });
}

const place = { provider: "fake", operation: "list", bucket: "b" };

describe("what goes wrong in a store", () => {
  test.each<[ErrorKind, number, string]>([
    ["not-found", 404, "not_found"],
    ["no-bucket", 404, "no_bucket"],
    ["denied", 403, "denied"],
    ["conflict", 409, "conflict"],
    ["precondition-failed", 412, "precondition_failed"],
    ["invalid-request", 400, "invalid_request"],
    ["unsupported", 400, "unsupported"],
  ])("%s is told: %i %s", async (kind, status, code) => {
    const answer = await failing(new StorageError(kind, "told", place)).send(
      everybody,
      "GET",
      "/objects/private",
    );
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code, status, detail: "told" });
  });

  test.each<[ErrorKind, number, string | null]>([
    ["credentials", 502, null],
    ["wrong-region", 502, null],
    ["unavailable", 502, "1"],
    ["throttled", 503, "1"],
    ["timeout", 504, "1"],
  ])("%s is %i and tells nothing of the inside", async (kind, status, retryAfter) => {
    const cause = new Error("GET https://inside.example/?X-Amz-Signature=abcdef&sig=a%2Fb failed");
    const fixture = failing(new StorageError(kind, "the inside", place, cause));
    const answer = await fixture.send(everybody, "GET", "/objects/private");
    expect(answer.status).toBe(status);
    expect(answer.headers.get("retry-after")).toBe(retryAfter);
    expect(await answer.text()).not.toContain("inside");
    const line = fixture.lines.find(({ level }) => level === "error");
    const logged = JSON.stringify(line);
    expect(logged).toContain("inside.example");
    expect(logged).not.toContain("abcdef");
    expect(logged).not.toContain("a%2Fb");
  });

  test("anything unexpected is a bare 500 and a log line with the request id", async () => {
    const fixture = failing(new TypeError("secret internals"));
    const answer = await fixture.send(everybody, "GET", "/objects/private");
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).not.toContain("internals");
    expect(JSON.parse(text)).toMatchObject({ code: "internal", requestId: "request-1" });
    const line = fixture.lines.find(({ level }) => level === "error");
    expect(line?.fields).toMatchObject({ requestId: "request-1" });
  });

  test("HEAD of a failure has the status and no body", async () => {
    const answer = await failing(new StorageError("denied", "no", place)).send(
      everybody,
      "HEAD",
      "/objects/private/x",
    );
    expect(answer.status).toBe(403);
    expect(answer.body).toBeNull();
  });
});
