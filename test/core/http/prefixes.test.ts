import type { Action } from "@remote-storage/core/access/grants.ts";
import { describe, expect, test } from "vitest";
import { fakeBucket, limited, openFixture } from "./fixture.ts";

const ACTIONS: readonly Action[] = [
  "objects:read",
  "objects:write",
  "objects:delete",
  "links:read",
];
const caller = limited(ACTIONS, "private/team-a/");

const buckets = {
  public: fakeBucket("own-public", { remove: () => Promise.resolve() }),
  private: fakeBucket("own-private", { remove: () => Promise.resolve() }),
};

const outcome = (each: { error?: { code: string } }) => each.error?.code ?? "done";

async function status(method: string, target: string): Promise<number> {
  return (await openFixture({ buckets }).send(caller, method, target)).status;
}

describe("a caller limited to private/team-a/", () => {
  test.each([
    ["GET", "/objects/private/team-a/cat.jpg", 307],
    ["PUT", "/objects/private/team-a/cat.jpg", 307],
    ["DELETE", "/objects/private?key=team-a/cat.jpg", 204],
    ["GET", "/objects/private?prefix=team-a/", 200],
    ["GET", "/objects/private?prefix=team-a/2020", 200],
    ["GET", "/objects/private/team-b/cat.jpg", 403],
    ["GET", "/objects/private/team-a", 403],
    ["GET", "/objects/private/team-a-evil/x", 403],
    ["GET", "/objects/public/team-a/cat.jpg", 403],
    ["PUT", "/objects/private/cat.jpg", 403],
    ["DELETE", "/objects/private?key=cat.jpg", 403],
    ["GET", "/objects/private", 403],
    ["GET", "/objects/private?prefix=", 403],
    ["GET", "/objects/private?prefix=team-a", 403],
    ["GET", "/objects/private?prefix=team", 403],
    ["GET", "/links/resolve?link=fs://own-private/team-a/x", 307],
    ["GET", "/links/resolve?link=fs://own-private/team-b/x", 403],
    ["GET", "/links/resolve?link=https://example.com/x", 403],
  ])("%s %s is %i", async (method, target, expected) => {
    expect(await status(method, target)).toBe(expected);
  });

  test("deletes and signs within it alone, item by item", async () => {
    const fixture = openFixture({ buckets });
    const keys = ["team-a/1", "team-b/1", "team-a/2"];
    const deleted = await fixture.json(caller, "/objects/private/delete", { keys });
    const { results } = (await deleted.json()) as { results: { error?: { code: string } }[] };
    expect(results.map(outcome)).toEqual(["done", "forbidden", "done"]);

    const items = keys.map((key) => ({ method: "PUT", bucket: "private", key }));
    const signed = await fixture.json(caller, "/sign", { items });
    const answers = (await signed.json()) as { results: { error?: { code: string } }[] };
    expect(answers.results.map(outcome)).toEqual(["done", "forbidden", "done"]);
  });

  test.each([
    [{ key: "team-a/1", to: { bucket: "private", key: "team-b/1" } }],
    [{ key: "team-b/1", to: { bucket: "private", key: "team-a/1" } }],
  ])("copies neither out of it nor into it", async (body) => {
    const answer = await openFixture().json(caller, "/objects/private/copy", body);
    expect(answer.status).toBe(403);
  });

  test("uploads within it alone, and another's upload id does not help", async () => {
    const fixture = openFixture();
    const outside = { bucket: "private", key: "team-b/1", size: 5 };
    expect((await fixture.json(caller, "/uploads", outside)).status).toBe(403);
    const teamB = limited(["objects:write"], "private/team-b/");
    const { id } = (await (await fixture.json(teamB, "/uploads", outside)).json()) as {
      id: string;
    };
    expect((await fixture.send(caller, "GET", `/uploads/${id}`)).status).toBe(403);
    expect((await fixture.send(caller, "DELETE", `/uploads/${id}`)).status).toBe(403);
    expect((await fixture.json(caller, `/uploads/${id}/parts`, { numbers: [1] })).status).toBe(403);
  });
});
