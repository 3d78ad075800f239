import { RemoteLinksError } from "@remote-storage/core/links/remote-links-error.ts";
import { describe, expect, test } from "vitest";
import { toOwnerTasks } from "../../../infra/azure/owner-tasks.ts";
import { deployedByOwner, linkedIn, REMOTE_LINKS } from "./written.ts";

/** A file that links as many prefixes of one container. */
const parts = (count: number): string => {
  const buckets = Array.from({ length: count }, (_, index) => `scans/part-${index}/`);
  return `a: {provider: azure, access_key: acc, buckets: [${buckets.join(", ")}]}\n`;
};

describe("what remote_links.yml asks of the identity", () => {
  test("containers without keys, each once, with all prefixes that are linked there", () => {
    const again = `
again: {provider: azure, access_key: linked, buckets: [cars, scans/team-b/, scans/team-a/]}
parts: {provider: azure, access_key: linked, buckets: [cars/2026/]}
`;
    expect(linkedIn(REMOTE_LINKS + again)).toEqual([
      { account: "linked", container: "cars", prefixes: [] },
      { account: "linked", container: "scans", prefixes: ["team-a/", "team-b/"] },
      { account: "elsewhere", container: "boats", prefixes: [] },
    ]);
    const whole = "whole: {provider: azure, access_key: linked, buckets: [scans]}\n";
    expect(linkedIn(REMOTE_LINKS + whole)[1]).toMatchObject({ container: "scans", prefixes: [] });
  });

  test("no more prefixes than a condition holds", () => {
    const prefixes = linkedIn(parts(28)).flatMap((each) => each.prefixes);
    expect(prefixes.length).toBe(28);
    const { resources } = deployedByOwner({ account: "acc", container: "scans", prefixes }, true);
    const lengths = resources.flatMap(({ body }) => {
      const { condition } = body["properties"] as { readonly condition?: string };
      return condition === undefined ? [] : [condition.length];
    });
    expect(lengths).toEqual([expect.toSatisfy((length: number) => length > 5000 && length < 8192)]);
    expect(() => linkedIn(parts(29))).toThrow('a: "scans" has more prefixes than');
  });

  test("without the secrets at hand, but not without the account", () => {
    const keys = `a: {provider: azure, access_key: acc, secret_key: "\${KEY}", buckets: [xyz]}\n`;
    expect(linkedIn(keys)).toEqual([]);
    const account = `a: {provider: azure, access_key: "\${ACCOUNT}", buckets: [xyz]}\n`;
    expect(linkedIn(account, { ACCOUNT: "known" })).toMatchObject([{ account: "known" }]);
    expect(() => linkedIn(account)).toThrow(/access_key/);
  });

  test.each(["*", "under_score", "UPPER", "ab", "a--b", "$other"])(
    "refuses the container %s, which Azure does not know",
    (name) => {
      const text = `a: {provider: azure, access_key: acc, buckets: ["${name}"]}`;
      expect(() => linkedIn(text)).toThrow(`a: "${name}" is no container of Azure`);
    },
  );

  test("refuses a prefix that would end a condition", () => {
    const text = `a: {provider: azure, access_key: acc, buckets: ["xyz/it's/"]}`;
    expect(() => linkedIn(text)).toThrow(`a: "it's/" has a '`);
  });

  test("passes the file's own mistakes on", () => {
    expect(() => linkedIn("a: {provider: azur, buckets: [x]}")).toThrow(RemoteLinksError);
  });
});

test("owners are told one command a container, safe to paste", () => {
  const tasks = toOwnerTasks(
    [
      { account: "linked", container: "cars", prefixes: [] },
      { account: "linked", container: "$web", prefixes: ["a b/$(id)/", "c/"] },
    ],
    "dist/azure-infra/linked-account.json",
  );
  const start =
    "az deployment group create --resource-group <group of the account> --template-file dist/azure-infra/linked-account.json --parameters account=linked";
  expect(tasks.split("\n")).toEqual([
    `${start} container=cars principalId=<output identityPrincipalId>`,
    `${start} container='$web' 'prefixes=["a b/$(id)/","c/"]' principalId=<output identityPrincipalId>`,
    "",
  ]);
});
