import { expect, test } from "vitest";
import { parse, type Problem } from "./client.ts";
import type { Topic } from "./suite.ts";

interface Results {
  readonly results: readonly { key: string; deleted?: boolean; error?: { code: string } }[];
}

export const testBulk: Topic = (stage) => {
  test("deletes what it is given, keeps the order, tells each failure by itself", async () => {
    const { client } = stage();
    await client.put("private/bulk/1", "1");
    const keys = ["bulk/1", "", "bulk/never-there", "x".repeat(1025)];
    const answer = await client.json("POST", "/objects/private/delete", { keys });
    expect(answer.status).toBe(200);
    const { results } = parse<Results>(answer);
    expect(results.map(({ key }) => key)).toEqual(keys);
    expect(results.map(({ deleted, error }) => deleted ?? error?.code)).toEqual([
      true,
      "invalid_key",
      true,
      "invalid_key",
    ]);
    expect((await client.send("HEAD", "/objects/private/bulk/1")).status).toBe(404);
  });

  test.each([
    { keys: Array.from({ length: 1001 }, String) },
    { keys: "bulk/1" },
    { keys: [1] },
    {},
    { keys: [], more: true },
  ])("refuses a body that is not 1000 keys at most (%#)", async (body) => {
    const answer = await stage().client.json("POST", "/objects/private/delete", body);
    expect(answer.status).toBe(400);
    expect(parse<Problem>(answer).code).toBe("invalid_request");
  });

  test("copies to the other bucket, type included", async () => {
    const { client } = stage();
    await client.put("private/bulk/from", "content", { "content-type": "text/x-test" });
    const to = { bucket: "public", key: "bulk/to ü" };
    const answer = await client.json("POST", "/objects/private/copy", { key: "bulk/from", to });
    expect(answer.status).toBe(200);
    expect(parse(answer)).toMatchObject({ ...to, size: 7, type: "text/x-test" });
    const head = await client.send("HEAD", "/objects/public?key=bulk/to%20%C3%BC");
    expect(head.headers.get("content-type")).toBe("text/x-test");
  });

  test("copying what is not there is 404", async () => {
    const to = { bucket: "public", key: "bulk/to" };
    const answer = await stage().client.json("POST", "/objects/private/copy", { key: "none", to });
    expect(answer.status).toBe(404);
    expect(parse<Problem>(answer).code).toBe("not_found");
  });
};
