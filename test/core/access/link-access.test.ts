import type { Grant } from "@remote-storage/core/access/grants.ts";
import { authorizeLinks } from "@remote-storage/core/access/link-access.ts";
import { describe, expect, test } from "vitest";

const prefixes = ["https://images.example/team-a/"];
const grants: readonly Grant[] = [{ action: "links:read", prefixes }];

describe("a public link and a prefix of public links", () => {
  const may = authorizeLinks(grants, "GET", () => undefined);

  test.each([
    ["https://images.example/team-a/x.jpg", true],
    ["https://images.example/team-a/b/../x.jpg", true],
    ["https://images.example/team-a/../team-b/x.jpg", false],
    ["https://images.example/team-a/%2e%2E/team-b/x.jpg", false],
    ["https://images.example/team-a/..\\team-b/x.jpg", false],
    ["https://images.example/team-b/../team-a/x.jpg", false],
    ["https://images.example/team-a", false],
    ["https://images.example.evil/team-a/x.jpg", false],
    ["https://images.example:8443/team-a/x.jpg", false],
    ["http://images.example/team-a/x.jpg", false],
  ])("%s: %s", (url, expected) => {
    expect(may({ type: "public", url })).toBe(expected);
  });
});
