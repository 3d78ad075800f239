import { describe, expect, test } from "vitest";
import { everybody, openFixture } from "./fixture.ts";

describe("the audit", () => {
  test("names who was given what until when, and never a URL", async () => {
    const fixture = openFixture();
    const { lines } = fixture;
    await fixture.send(everybody, "GET", "/objects/private/a%20b");
    await fixture.send(
      everybody,
      "GET",
      "/links/resolve?link=https://example.com/x%3Fsig%3Dsecret",
    );
    expect(lines.map(({ fields }) => fields)).toEqual([
      {
        audit: "signed",
        principal: "all",
        requestId: "request-1",
        method: "GET",
        target: "private/a b",
        expiresAt: "2030-01-01T00:10:00Z",
      },
      expect.objectContaining({ target: "https://example.com/x" }),
    ]);
    expect(JSON.stringify(lines)).not.toContain("store.example");
  });

  test("tells bulk work in one line with counts", async () => {
    const fixture = openFixture();
    const { lines } = fixture;
    const body = "fs://own-private/x\nfs://own-private/y\nnonsense\n";
    const answer = await fixture.send(everybody, "POST", "/links/resolve", { body });
    await answer.text();
    expect(lines.map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ route: "POST /links/resolve", signed: 2, failed: 1 }),
    ]);
  });

  test("has a line without counts when the client left before the end", async () => {
    const fixture = openFixture();
    const { lines } = fixture;
    const answer = await fixture.send(everybody, "POST", "/links/resolve", {
      body: "fs://own-private/x\n".repeat(10_000),
    });
    await answer.body?.cancel();
    expect(lines.map(({ fields }) => fields["signed"])).toEqual([undefined]);
  });
});
