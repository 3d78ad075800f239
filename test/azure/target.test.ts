import { encodePath } from "@remote-storage/core/signing/uri-encode.ts";
import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { toTarget } from "../../functions/azure/target.ts";
import * as host from "../support/azure-functions/path.ts";
import { propertyRuns } from "../support/property-runs.ts";

const ORIGIN = "https://app.azurewebsites.net";

/** What the function sees of a path, and what the front end tells of it. */
function arrive(sent: string, told: string | undefined = sent): string {
  const [path = "", query] = sent.split("?");
  const url = ORIGIN + host.encodePath(host.decodePath(path));
  const headers = new Headers(told === undefined ? {} : { "x-waws-unencoded-url": told });
  return toTarget(query === undefined ? url : `${url}?${query}`, headers);
}

test.each([
  "/objects/private/a%2Fb",
  "/objects/private/a%252Fb",
  "/objects/private/%25",
  "/objects/private/../b",
  "/objects/private/a/%2e%2e/b",
  "/objects/private/%zz",
  "/objects/private/%ff",
  "/objects/private//a//b/",
  "/objects/private?key=a%2Fb%20c+d&redirect=false",
  "/",
])("%s is what was sent", (sent) => {
  expect(arrive(sent)).toBe(sent);
});

test("so is every key", () => {
  assert(
    property(string({ unit: "binary", minLength: 1 }), (key) => {
      const sent = `/objects/private/${encodePath(key)}`;
      expect(arrive(sent)).toBe(sent);
    }),
    { numRuns: propertyRuns(300, 20_000) },
  );
});

test.each([
  ["/objects/private/a", "/objects/private/b"],
  ["/health", "/metrics"],
  ["/objects/private/a", "/objects/private/a/../../b"],
  ["/health", "https://elsewhere.example/health"],
  ["/health", "nonsense"],
])("of %s nobody makes %s by a header", (sent, told) => {
  expect(arrive(sent, told)).toBe(sent);
});

test("without the header, or with another query in it, the host's own words count", () => {
  expect(arrive("/objects/private/a%20b?redirect=false", "")).toBe(
    "/objects/private/a%20b?redirect=false",
  );
  expect(arrive("/objects/private?key=a", "/objects/private?key=b")).toBe("/objects/private?key=a");
  // What the host spoils: the reason for `?key=`.
  expect(arrive("/objects/private/a%2Fb", "")).toBe("/objects/private/a%252Fb");
});
